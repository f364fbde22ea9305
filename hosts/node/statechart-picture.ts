/** The parts of an xstate machine's configuration that a picture shows. */
export interface StateConfig {
	id?: string | undefined;
	initial?: unknown;
	type?: string | undefined;
	states?: Record<string, StateConfig> | undefined;
	on?: Record<string, unknown> | undefined;
	after?: Record<string, unknown> | undefined;
	always?: unknown;
}

/** One transition of the machine that goes somewhere: paths of states from the root. */
export interface Arrow {
	from: Path;
	to: Path;
	/** The event, `after <delay>`, or "" for a transition that is taken at once. */
	label: string;
}

export interface Picture {
	/** The state that it looks into, as `open.staging`; "" for the whole machine. */
	of: string;
	/** A mermaid `stateDiagram-v2`. */
	mermaid: string;
}

type Path = readonly string[];

const LABEL_COLUMNS = 26;
/** Deeper states than these are drawn in pictures of their own. */
const OVERVIEW_DEPTH = 2;

/**
 * The machine as pictures, generated from its own configuration: an overview, and one for each state that the overview
 * shows as a box though it has states in it. An arrow says what can lead there: guards, actions and what stays in its
 * state are left out.
 */
export function statechartPictures(config: StateConfig): Picture[] {
	const arrows = arrowsOf(config);
	const deep = statesAt(config, OVERVIEW_DEPTH).filter(([, state]) => state.states);
	return [
		{ of: "", mermaid: overview(config, arrows) },
		...deep.map(([path, state]) => ({ of: path.join("."), mermaid: inside(path, state, arrows) })),
	];
}

/** Every transition of the machine that has a target. */
export function arrowsOf(config: StateConfig): Arrow[] {
	const arrows: Arrow[] = [];
	collect(config, [], arrows, config.id ?? "");
	return arrows;
}

function overview(config: StateConfig, arrows: readonly Arrow[]): string {
	const lines = ["stateDiagram-v2"];
	const anywhere = new Set<string>();
	const edges = new Map<string, string[]>();
	for (const { from, to, label } of arrows) {
		const [start, end] = [lifted(from), lifted(to)];
		if (startsWith(end, start) && end.length > start.length) anywhere.add(start.join("."));
		addEdge(edges, start, end, label);
	}
	drawStates(config, [], lines, "\t", anywhere);
	drawEdges(edges, lines);
	return `${lines.join("\n")}\n`;
}

/** A state from inside; what leads out of it is in the overview. */
function inside(path: Path, state: StateConfig, arrows: readonly Arrow[]): string {
	const edges = new Map<string, string[]>();
	for (const { from, to, label } of arrows)
		if (startsWith(from, path) && startsWith(to, path)) addEdge(edges, from, to, label);
	const lines = ["stateDiagram-v2"];
	for (const key of Object.keys(state.states ?? {})) lines.push(`\t${name([...path, key])}: ${key}`);
	if ([...edges.keys()].some((edge) => edge.startsWith(anywhereName(path))))
		lines.push(`\t${anywhereName(path)}: (any of these)`);
	if (typeof state.initial === "string") lines.push(`\t[*] --> ${name([...path, state.initial])}`);
	drawEdges(edges, lines);
	return `${lines.join("\n")}\n`;
}

function drawStates(
	config: StateConfig,
	path: Path,
	lines: string[],
	indent: string,
	anywhere: ReadonlySet<string>,
): void {
	if (typeof config.initial === "string") lines.push(`${indent}[*] --> ${name([...path, config.initial])}`);
	for (const [key, state] of Object.entries(config.states ?? {})) {
		const at = [...path, key];
		if (state.states && at.length < OVERVIEW_DEPTH) {
			lines.push(`${indent}state "${key}" as ${name(at)} {`);
			drawStates(state, at, lines, `${indent}\t`, anywhere);
			if (anywhere.has(at.join("."))) lines.push(`${indent}\t${anywhereName(at)}: (any of these)`);
			lines.push(`${indent}}`);
		} else lines.push(`${indent}${name(at)}: ${key}`);
		if (state.type === "final") lines.push(`${indent}${name(at)} --> [*]`);
	}
}

/** What leads from a state to one inside of it is drawn from a node that stands for all of them: mermaid draws no such arrow. */
function addEdge(edges: Map<string, string[]>, from: Path, to: Path, label: string): void {
	if (from.join(".") === to.join(".")) return;
	const edge = `${startsWith(to, from) ? anywhereName(from) : name(from)} --> ${name(to)}`;
	const labels = edges.get(edge) ?? [];
	if (label !== "" && !labels.includes(label)) labels.push(label);
	edges.set(edge, labels);
}

function drawEdges(edges: ReadonlyMap<string, readonly string[]>, lines: string[]): void {
	for (const [edge, labels] of edges)
		lines.push(labels.length > 0 ? `\t${edge}: ${wrapped(labels)}` : `\t${edge}`);
}

function wrapped(labels: readonly string[]): string {
	const rows: string[] = [];
	for (const label of labels) {
		const last = rows.at(-1);
		if (last !== undefined && last.length + 2 + label.length <= LABEL_COLUMNS)
			rows.push(`${rows.pop()}, ${label}`);
		else rows.push(label);
	}
	return rows.join(",<br/>");
}

function collect(config: StateConfig, path: Path, arrows: Arrow[], id: string): void {
	const add = (transitions: unknown, label: string): void => {
		for (const transition of Array.isArray(transitions) ? transitions : [transitions]) {
			const target = typeof transition === "string" ? transition : (transition as { target?: string }).target;
			if (target !== undefined) arrows.push({ from: path, to: resolve(target, path, id), label });
		}
	};
	for (const [event, transitions] of Object.entries(config.on ?? {})) add(transitions, event);
	for (const [delay, transitions] of Object.entries(config.after ?? {})) add(transitions, `after ${delay}`);
	if (config.always) add(config.always, "");
	for (const [key, state] of Object.entries(config.states ?? {})) collect(state, [...path, key], arrows, id);
}

function resolve(target: string, path: Path, id: string): Path {
	if (target.startsWith(`#${id}.`)) return target.slice(id.length + 2).split(".");
	if (target.startsWith(".")) return [...path, ...target.slice(1).split(".")];
	return [...path.slice(0, -1), ...target.split(".")];
}

function statesAt(config: StateConfig, depth: number, path: Path = []): [Path, StateConfig][] {
	return Object.entries(config.states ?? {}).flatMap(([key, state]): [Path, StateConfig][] => {
		const at = [...path, key];
		return at.length === depth ? [[at, state]] : statesAt(state, depth, at);
	});
}

function lifted(path: Path): Path {
	return path.slice(0, OVERVIEW_DEPTH);
}

function startsWith(path: Path, start: Path): boolean {
	return start.every((part, index) => path[index] === part);
}

function anywhereName(path: Path): string {
	return `${name(path)}_anywhere`;
}

function name(path: Path): string {
	return path.join("_").replaceAll("-", "_");
}
