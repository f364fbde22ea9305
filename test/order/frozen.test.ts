// Requirements: P9, R21
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import test from "ava";

test("P9: orders are verified and stored with all that was loaded frozen, built-ins too", (t) => {
	const child = fileURLToPath(new URL("./frozen-child.js", import.meta.url));
	t.deepEqual(JSON.parse(execFileSync(process.execPath, [child], { encoding: "utf8", timeout: 60_000 })), {
		frozen: true,
		outcomes: ["accepted", "in-force", "lower-sequence", "accepted", "bad-signature"],
	});
});
