/** What does not fit together, as sentences; nothing here reads a file, so that every fault can be shown by a made-up one. */

export interface TestSource {
	/** Below test/. */
	path: string;
	text: string;
}

/** One name of package-lock.json, with all its versions. */
export interface Software {
	name: string;
	versions: readonly string[];
	/** Undefined where one of the versions names none. */
	licence: string | undefined;
}

/** What `packages` of package-lock.json says of one folder. */
export interface LockedPackage {
	version?: string;
	license?: string;
	dev?: boolean;
}

/** `packages` of package-lock.json, by folder; "" is the package itself. */
export type Lock = Readonly<Record<string, LockedPackage>>;

const LINE = /^\/\/ Requirements: (.*)/;
/** A text that begins as the title of a test does, after the name of a model or a board too. */
const TITLE = /["'`](?:\$\{\w+\}: )?(P[1-9](?:, P[1-9])*): /g;
const TEST = /^(?:(.+)\/)?([^/]+)\.test\.ts$/;
const PART = /^([^/]+)\/part\.ts$/;
const INSTALLED = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)$/;
/** A row of the list of what is not guaranteed: its id first, the tests that show it last. */
const LIMIT_ROW = /^\| (N\d+) \|.*\|([^|]*)\|$/gm;

/** The ids of a file's first line; none where it is no such line. */
export function idsNamedBy({ text }: TestSource): string[] {
	const [, ids] = LINE.exec(text) ?? [];
	return ids === undefined ? [] : ids.split(", ");
}

/** A requirement without a test, a test without a requirement, and whatever else breaks the chain between them. */
export function tracingFaults(ids: readonly string[], sources: readonly TestSource[]): string[] {
	const named = new Set(sources.flatMap(idsNamedBy));
	return [
		...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${id}: expected once, got twice`),
		...ids.filter((id) => !named.has(id)).map((id) => `${id}: expected a test that names it, got none`),
		...sources.flatMap((source) => fileFaults(ids, source)),
	];
}

function fileFaults(ids: readonly string[], source: TestSource): string[] {
	const named = idsNamedBy(source);
	const fault = (expected: string, got: string): string => `${source.path}: expected ${expected}, got ${got}`;
	if (named.length === 0)
		return [fault("a first line like `// Requirements: P2, R5`", `\`${source.text.split("\n", 1)}\``)];
	const titles = new Set([...source.text.matchAll(TITLE)].flatMap(([, list = ""]) => list.split(", ")));
	const ordered = [...new Set(named)].sort(byId);
	return [
		...named.filter((id) => !ids.includes(id)).map((id) => fault("a requirement that there is", `\`${id}\``)),
		...[...titles]
			.filter((id) => !named.includes(id))
			.map((id) => fault(`\`${id}\` of a title in the first line`, `\`${named.join(", ")}\``)),
		...(ordered.join() === named.join()
			? []
			: [fault(`\`${ordered.join(", ")}\``, `\`${named.join(", ")}\``)]),
	];
}

/** P before R, each by its number. */
function byId(a: string, b: string): number {
	return a.charCodeAt(0) - b.charCodeAt(0) || Number(a.slice(1)) - Number(b.slice(1));
}

/** The files that name an id, for a cell of a table: by folder, without what all of them end with; parts of the search last. */
export function guardsOf(id: string, sources: readonly TestSource[]): string {
	const guards = sources.filter((source) => idsNamedBy(source).includes(id)).map(({ path }) => path);
	const tests = guards.map((path) => TEST.exec(path)).filter((match) => match !== null);
	const parts = guards.map((path) => PART.exec(path)?.[1]).filter((part) => part !== undefined);
	const groups = new Map<string, string[]>();
	for (const [, folder = "test", file = ""] of tests)
		groups.set(folder, [...(groups.get(folder) ?? []), file]);
	if (parts.length > 0) groups.set("npm run prove", parts);
	return [...groups].map(([group, names]) => `\`${group}\`: ${names.sort().join(", ")}`).join("; ");
}

/** All of package-lock.json that is not for development only. */
export function softwareIn(lock: Lock): Software[] {
	const found = new Map<string, LockedPackage[]>();
	for (const [path, locked] of Object.entries(lock)) {
		const name = INSTALLED.exec(path)?.[1];
		if (name !== undefined && !locked.dev) found.set(name, [...(found.get(name) ?? []), locked]);
	}
	return [...found]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, locked]) => {
			const licences = locked.map(({ license }) => license);
			return {
				name,
				versions: [...new Set(locked.map(({ version = "" }) => version))].sort(),
				licence: licences.every(Boolean) ? [...new Set(licences)].join(", ") : undefined,
			};
		});
}

/** A package that nobody said the use of, a use of a package that is not there, a package without a licence. */
export function softwareFaults(
	software: readonly Software[],
	whys: Readonly<Record<string, string>>,
): string[] {
	const names = software.map(({ name }) => name);
	return [
		...names.filter((name) => !whys[name]).map((name) => `${name}: expected a why, got none`),
		...Object.keys(whys)
			.filter((name) => !names.includes(name))
			.map((name) => `${name}: expected a package in package-lock.json, got none`),
		...software
			.filter(({ licence }) => !licence)
			.map(({ name }) => `${name}: expected a licence in package-lock.json, got none`),
	];
}

/** Ids of the list of non-guarantees that are not N1, N2, ... and tests in it that are not there. */
export function limitFaults(document: string, paths: readonly string[]): string[] {
	const rows = [...document.matchAll(LIMIT_ROW)];
	if (rows.length === 0) return ["expected a list of what is not guaranteed, got none"];
	return rows.flatMap(([, id = "", shownBy = ""], i) => [
		...(id === `N${i + 1}` ? [] : [`${id}: expected N${i + 1}`]),
		...[...shownBy.matchAll(/`([^`]+)`/g)]
			.map(([, name]) => name as string)
			.filter((name) => !paths.includes(`${name}.test.ts`) && !paths.includes(`${name}/part.ts`))
			.map((name) => `${id}: expected the name of a test, got \`${name}\``),
	]);
}
