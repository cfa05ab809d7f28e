// The entry of the scripts. Pages work without them.
import { startCopying } from "./copying.js";
import { startForms } from "./forms.js";
import { startDesk } from "./desk.js";

startCopying();
startForms();
if (document.getElementById("desk")) startDesk();
