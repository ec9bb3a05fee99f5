import { initAll } from "./govuk-frontend.min.js";

initAll({ button: { preventDoubleClick: true } });
