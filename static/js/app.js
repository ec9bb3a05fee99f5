import { initAll } from "./govuk-frontend.min.js";
import { keepDraft } from "./draft.js";

initAll({ button: { preventDoubleClick: true } });
for (const form of document.querySelectorAll("form[data-draft]")) keepDraft(form);
