// A letter or a digit answers the question in hand, and goes on to the next one.
(() => {
  const questions = [...document.querySelectorAll(".question")];
  const keys = document.querySelector(".keys");
  if (keys) keys.hidden = false;
  const words = { y: "yes", n: "no", a: "not applicable" };
  const choice = (question, key) => {
    const radios = [...question.querySelectorAll("input[type=radio]")];
    return words[key] ? radios.find((one) => one.value === words[key]) : radios[Number(key) - 1];
  };
  const go = (number) => {
    const next = questions[number];
    const goal = next ? next.querySelector("input[type=radio]:checked, input[type=radio]") : document.querySelector(".questions button.primary");
    if (goal) goal.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea, input:not([type=radio])")) return;
    if (!/^[yna1-9]$/.test(event.key)) return;
    const at = Math.max(0, questions.indexOf(event.target.closest(".question")));
    const radio = questions[at] && choice(questions[at], event.key);
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    go(at + 1);
  });
})();
