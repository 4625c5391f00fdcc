// A scanner types like a keyboard. What it types while no field has the focus goes into the dossier's field. Without
// this script the officer clicks into the field first; a button pressed twice is the server's to see through.
document.addEventListener("keydown", function (event) {
  var field = document.querySelector("[data-scan]");
  var at = document.activeElement;
  var busy = at && /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName);
  if (!field || busy || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key.length === 1 && event.key !== " ") field.focus();
});
// A second scan replaces the first.
document.addEventListener("focusin", function (event) {
  if (event.target.hasAttribute("data-scan")) event.target.select();
});
