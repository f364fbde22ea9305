/** The parts of an xstate machine's configuration that a picture shows. */
interface StateConfig {
	id?: string;
	initial?: string;
	type?: string;
	states?: Record<string, StateConfig>;
	on?: Record<string, unknown>;
	after?: Record<string, unknown>;
	always?: unknown;
}

interface Arrow {
	from: string;
	to: string;
	label: string;
}

type Path = readonly string[];

/** The statechart as a mermaid `stateDiagram-v2`, generated from the machine's own configuration. */
export function statechartPicture(config: StateConfig): string {
	const lines = ["stateDiagram-v2"];
	drawStates(config, [], lines, "\t");
	const arrows: Arrow[] = [];
	collectArrows(config, [], arrows, config.id ?? "");
	for (const [ends, labels] of grouped(arrows)) lines.push(`\t${ends}: ${labels.join(", ")}`);
	return `${lines.join("\n")}\n`;
}

function drawStates(config: StateConfig, path: Path, lines: string[], indent: string): void {
	if (config.initial) lines.push(`${indent}[*] --> ${name([...path, config.initial])}`);
	for (const [key, state] of Object.entries(config.states ?? {})) {
		const at = [...path, key];
		if (state.states) {
			lines.push(`${indent}state "${key}" as ${name(at)} {`);
			drawStates(state, at, lines, `${indent}\t`);
			lines.push(`${indent}}`);
		} else lines.push(`${indent}${name(at)}: ${key}`);
		if (state.type === "final") lines.push(`${indent}${name(at)} --> [*]`);
	}
}

function collectArrows(config: StateConfig, path: Path, arrows: Arrow[], id: string): void {
	const add = (transitions: unknown, label: string): void => {
		for (const transition of Array.isArray(transitions) ? transitions : [transitions]) {
			const target = typeof transition === "string" ? transition : (transition as { target?: string }).target;
			if (target === undefined) continue;
			const guard =
				typeof transition === "string" ? "" : guardText((transition as { guard?: unknown }).guard);
			arrows.push({ from: name(path), to: name(resolve(target, path, id)), label: label + guard });
		}
	};
	for (const [event, transitions] of Object.entries(config.on ?? {})) add(transitions, event);
	for (const [delay, transitions] of Object.entries(config.after ?? {})) add(transitions, `after ${delay}`);
	if (config.always) add(config.always, "at once");
	for (const [key, state] of Object.entries(config.states ?? {}))
		collectArrows(state, [...path, key], arrows, id);
}

function resolve(target: string, path: Path, id: string): Path {
	if (target.startsWith(`#${id}.`)) return target.slice(id.length + 2).split(".");
	if (target.startsWith(".")) return [...path, ...target.slice(1).split(".")];
	return [...path.slice(0, -1), ...target.split(".")];
}

function guardText(guard: unknown): string {
	if (guard === undefined) return "";
	if (typeof guard === "string") return ` [${guard}]`;
	if (typeof guard === "function") {
		const { guards } = guard as { guards?: unknown[] };
		return ` [not ${String(guards?.[0] ?? "")}]`;
	}
	const { type, params } = guard as { type: string; params?: Record<string, unknown> };
	return ` [${type} ${Object.values(params ?? {}).join(" ")}]`;
}

function grouped(arrows: readonly Arrow[]): Map<string, string[]> {
	const labels = new Map<string, string[]>();
	for (const { from, to, label } of arrows) {
		const ends = `${from} --> ${to}`;
		labels.set(ends, [...(labels.get(ends) ?? []), label]);
	}
	return labels;
}

function name(path: Path): string {
	return path.join("_").replaceAll("-", "_");
}
