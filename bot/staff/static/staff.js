// Starts GOV.UK's small enhancements: showing a password, moving to an error, sending a form once.
import { initAll } from "./govuk-frontend.min.js";

initAll();
