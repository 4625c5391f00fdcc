"""THE MENU BEHIND A CODE for counter staff and technicians: what it may do, when it ends. No Kivy, and no answers."""
