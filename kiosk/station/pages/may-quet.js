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
// A scanner on the station's own cable: ask what it has read while this page is the one looked at. Of several tablets
// one has the scanner; the others show the button that takes it.
(function listen() {
  var field = document.querySelector("[data-listen]");
  var other = document.getElementById("scanner");
  if (!field || !other) return;
  var stamp = new URLSearchParams({ stamp: other.elements.stamp.value });
  var again = function () { window.setTimeout(listen, 400); };
  if (document.hidden) return again();
  fetch("/vua-quet", { method: "POST", body: stamp }).then(function (reply) {
    return reply.ok && reply.headers.get("Content-Type") === "application/json" ? reply.json() : { text: "" };
  }).then(function (read) {
    if ("scanner" in read) other.hidden = read.scanner;
    if (read.text) {
      field.value = read.text.slice(0, field.maxLength);
      field.focus();
    }
  }).catch(function () {}).then(again);
})();
