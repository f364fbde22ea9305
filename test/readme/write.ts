/** Writes what is generated in the documents anew: `npm run picture`. */
import { readFileSync, writeFileSync } from "node:fs";
import { MODULES_README, README, REQUIREMENTS_FILE, withGenerated } from "./generated.js";

for (const file of [README, MODULES_README, REQUIREMENTS_FILE])
	writeFileSync(file, withGenerated(readFileSync(file, "utf8")));
