import { readFileSync } from "node:fs";
import { DECISIONS } from "../../hosts/node/sentences.js";
import { shownDuration } from "../../hosts/node/shown-duration.js";
import { statechartPictures } from "../../hosts/node/statechart-picture.js";
import { windowMachine } from "../../modules/window/machine.js";
import { DEFAULT_POLICY, type Policy } from "../../modules/window/policy.js";
import { requirementsTable, softwareTable } from "../requirements/tables.js";
import { RULES } from "../rules/rules.js";
import { powerCutTable } from "./power-cuts.js";

/** The repository, seen from `dist/test/readme/`. */
export const ROOT = new URL("../../../", import.meta.url);
export const README = new URL("README.md", ROOT);
export const MODULES_README = new URL("modules/README.md", ROOT);
export const REQUIREMENTS_FILE = new URL("REQUIREMENTS.md", ROOT);

const BLOCK = /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g;
const POLICY_SOURCE = new URL("modules/window/policy.ts", ROOT);
/** A doc comment of the interface and the name of the property below it. */
const DOCUMENTED = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+):/g;

/** What stands between the marks, by name. */
const GENERATED: Readonly<Record<string, () => string>> = {
	statechart,
	decisions,
	policy,
	rules,
	powerCuts: powerCutTable,
	requirements: requirementsTable,
	software: softwareTable,
};

/** The text with everything that is generated made anew. */
export function withGenerated(readme: string): string {
	return readme.replace(BLOCK, (_, begin: string, name: string, end: string) => {
		const make = GENERATED[name];
		if (!make) throw new RangeError(`Expected one of ${Object.keys(GENERATED).join(", ")}, got ${name}`);
		return `${begin}\n${make()}\n${end}`;
	});
}

/** One row a rule, with the first of the examples that trip it. */
function rules(): string {
	const rows = RULES.map(({ what, why, applies, bad }) => {
		const cells = [what, applies.words, why, code(bad[0]?.[1] ?? "")];
		return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
	});
	return ["| rule | where | why | what it catches, for example |", "|---|---|---|---|", ...rows, ""].join(
		"\n",
	);
}

/** Marked as code, with backticks in it too. */
function code(text: string): string {
	return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function statechart(): string {
	return statechartPictures(windowMachine.config)
		.map(({ of, mermaid }) => `${of ? `Inside \`${of}\`:\n\n` : ""}\`\`\`mermaid\n${mermaid}\`\`\`\n`)
		.join("\n");
}

function decisions(): string {
	const rows = Object.entries(DECISIONS).map(([reason, text]) => `| \`${reason}\` | ${text} |`);
	return ["| reason | what it means |", "|---|---|", ...rows, ""].join("\n");
}

function policy(): string {
	const meanings = documented(readFileSync(POLICY_SOURCE, "utf8"));
	const rows = (Object.keys(DEFAULT_POLICY) as (keyof Policy)[]).map((name) => {
		const meaning = meanings.get(name);
		if (!meaning) throw new RangeError(`Expected \`${name}\` to have a doc comment in ${POLICY_SOURCE}`);
		return `| \`${name}\` | ${shownValue(name)} | ${meaning} |`;
	});
	return ["| name | default | meaning |", "|---|---|---|", ...rows, ""].join("\n");
}

function shownValue(name: keyof Policy): string {
	const value = DEFAULT_POLICY[name];
	return typeof value === "number" && name.endsWith("Ms") ? shownDuration(value) : String(value);
}

function documented(source: string): Map<string, string> {
	const meanings = new Map<string, string>();
	for (const [, comment, name] of source.matchAll(DOCUMENTED))
		meanings.set(name as string, (comment as string).replace(/\s*\n\s*\*?\s*/g, " ").trim());
	return meanings;
}
