"""What a password must be, said in Vietnamese. The rules are Django's; the words are ours."""

import secrets

from django.contrib.auth import password_validation as rules

LEAST_LETTERS = 12
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that is mistaken when read aloud
ONE_TIME_LETTERS = 16  # 93 bits


def one_time_password() -> str:
    """Sixteen random letters and digits in groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(ONE_TIME_LETTERS))
    return "-".join(letters[start : start + 4] for start in range(0, ONE_TIME_LETTERS, 4))


class LongEnough(rules.MinimumLengthValidator):
    def __init__(self) -> None:
        super().__init__(LEAST_LETTERS)

    def get_error_message(self) -> str:
        return f"Mật khẩu quá ngắn: cần ít nhất {LEAST_LETTERS} ký tự."

    def get_help_text(self) -> str:
        return f"Ít nhất {LEAST_LETTERS} ký tự; một câu ngắn dễ nhớ là tốt."


class NotCommon(rules.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return "Mật khẩu này quá phổ biến, dễ bị đoán."

    def get_help_text(self) -> str:
        return "Không dùng mật khẩu phổ biến."


class NotOnlyDigits(rules.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return "Mật khẩu không được chỉ gồm chữ số."

    def get_help_text(self) -> str:
        return "Không chỉ gồm chữ số."


class NotLikeTheName(rules.UserAttributeSimilarityValidator):
    def __init__(self) -> None:
        super().__init__(("username", "first_name", "email"))

    def get_error_message(self) -> str:
        return "Mật khẩu quá giống tên đăng nhập hoặc họ tên."

    def get_help_text(self) -> str:
        return "Không giống tên đăng nhập hoặc họ tên."
