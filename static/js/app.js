import { initAll } from "./govuk-frontend.min.js";
import { keepDraft } from "./draft.js";
import { follow } from "./progress.js";

initAll({ button: { preventDoubleClick: true } });
for (const form of document.querySelectorAll("form[data-draft]")) keepDraft(form);
for (const part of document.querySelectorAll("[data-progress]")) follow(part);
