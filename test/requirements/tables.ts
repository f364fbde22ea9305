/** The tables of REQUIREMENTS.md, made of the README, the tests, package-lock.json and what is written down beside this file. */
import { readdirSync, readFileSync } from "node:fs";
import { guardsOf, type Lock, type Software, softwareIn, type TestSource } from "./check.js";
import { REQUIREMENTS, type Requirement } from "./requirements.js";
import { SOFTWARE_WHYS } from "./software-whys.js";

/** The repository, seen from `dist/test/requirements/`. */
const ROOT = new URL("../../../", import.meta.url);
const PROMISE_ROW = /^\| (P[1-9]) \| (.*) \|$/gm;
const SOURCE = /^(?!prove\/part\.ts$)(?:.*\.test|[^/]+\/part)\.ts$/;
const IN_FLASH = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//g;

interface PackageJson {
	dependencies: Readonly<Record<string, string>>;
	bugs?: string | { url: string };
	repository?: string | { url: string };
}

const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");

/** The promises, as the README words them, then what the user asks for. */
export function requirements(): Requirement[] {
	const promises = [...read("README.md").matchAll(PROMISE_ROW)];
	return [...promises.map(([, id = "", text = ""]) => ({ id, text, from: "promise" })), ...REQUIREMENTS];
}

/** Every test file, and each part of the search. */
export function testSources(): TestSource[] {
	return readdirSync(new URL("test/", ROOT), { recursive: true, encoding: "utf8" })
		.map((path) => path.replaceAll("\\", "/"))
		.filter((path) => SOURCE.test(path))
		.sort()
		.map((path) => ({ path, text: read(`test/${path}`) }));
}

export function software(): Software[] {
	return softwareIn((JSON.parse(read("package-lock.json")) as { packages: Lock }).packages);
}

export function requirementsTable(): string {
	const sources = testSources();
	return table(
		["id", "requirement", "from", "guarded by"],
		requirements().map(({ id, text, from }) => [id, text, from, guardsOf(id, sources)]),
	);
}

export function softwareTable(): string {
	const { dependencies } = JSON.parse(read("package.json")) as PackageJson;
	const inFlash = new Set([...read("manifest.json").matchAll(IN_FLASH)].map(([, name]) => name));
	return table(
		["package", "version", "licence", "runs on", "why", "known anomalies"],
		software().map(({ name, versions, licence }) => [
			`\`${name}\``,
			versions.join(", "),
			licence ?? "",
			inFlash.has(name) ? "MCU, host" : "host",
			SOFTWARE_WHYS[name] ?? "",
			name in dependencies ? issuesOf(name) : "",
		]),
	);
}

/** Where a package says that its faults are reported, else where its repository has them. */
function issuesOf(name: string): string {
	const { bugs, repository } = JSON.parse(read(`node_modules/${name}/package.json`)) as PackageJson;
	if (bugs !== undefined) return typeof bugs === "string" ? bugs : bugs.url;
	const url = typeof repository === "string" ? repository : repository?.url;
	return url === undefined ? "" : `${url.replace(/^git\+|\.git$/g, "").replace(/^git:/, "https:")}/issues`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
	return `${lines.join("\n")}\n`;
}
