/** Writes what is generated in the README anew: `npm run picture`. */
import { readFileSync, writeFileSync } from "node:fs";
import { README, withGenerated } from "./generated.js";

writeFileSync(README, withGenerated(readFileSync(README, "utf8")));
