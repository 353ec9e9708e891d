// The read queue: j and k go from row to row, Enter opens the link that has the focus.
import { listen, move } from "./keys.js";

const rows = [...document.querySelectorAll("[data-row]")];

listen({ j: () => move(rows, 1), k: () => move(rows, -1) });
