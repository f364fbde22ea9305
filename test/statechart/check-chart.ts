import { Chart, type ChartInput, type Configuration, inputOf, LIMITS } from "./chart.js";
import { BrokenPromiseError, expect } from "./effects.js";
import type { Violation } from "./explore.js";
import { judgeChange, StepJudge } from "./judge-step.js";

export interface ChartChecked {
	configurations: number;
	steps: number;
	depth: number;
	transitions: { taken: number; all: number };
	/** Transitions that nothing takes. */
	missing: string[];
	violations: Violation[];
}

const BOTH = [false, true] as const;
const KNOWN = [
	{ accepted: false, matched: false, foreign: false },
	{ accepted: true, matched: false, foreign: false },
	{ accepted: true, matched: true, foreign: false },
	{ accepted: false, matched: false, foreign: true },
] as const;

/** Everything that a window may be given. */
export function allInputs(): ChartInput[] {
	const resumes = [
		{ resumeAt: undefined },
		{ resumeAt: "trial" as const },
		{ resumeAt: "rejecting" as const },
		{ resumeAt: "rejecting" as const, reasonBefore: "no-time-to-install" as const },
	];
	return (["open", "recover", "closed"] as const).flatMap((window) =>
		resumes.flatMap((resume) =>
			BOTH.flatMap((isLocal) =>
				BOTH.flatMap((adopt) =>
					KNOWN.flatMap((known) =>
						BOTH.flatMap((reportOwed) =>
							BOTH.map((hasTime) =>
								inputOf({ window, ...resume, isLocal, adopt, ...known, reportOwed, hasTime }),
							),
						),
					),
				),
			),
		),
	);
}

/** What only an open window may do. */
const ACCEPTING =
	/^(openSession|acceptConnect|acceptDownload|acceptAgain|sendInstall|sendFile|writeOthers|tryOthers|acceptOthers)\b/;

const isOver = ({ snapshot }: Configuration): boolean => snapshot.status !== "active";

/**
 * The statechart alone, against a host and a modem that say anything at any time: every configuration that it can come to
 * from any input, with every event, until there is nothing new.
 */
export function checkChart(
	onProgress: (configurations: number) => void = () => {},
	inputs: readonly ChartInput[] = allInputs(),
	/** So many end it. */
	violationsMax = Number.POSITIVE_INFINITY,
): ChartChecked {
	const chart = new Chart();
	const stepJudge = new StepJudge(chart);
	const violations: Violation[] = [];
	const from = new Map<Configuration, { before: Configuration | undefined; by: string }>();
	let next: Configuration[] = [];
	const events = chart.all.map((_, index) => index).filter((index) => !chart.isTimeout(index));
	let steps = 0;
	let depth = 0;

	const report = (promise: string, message: string, at: Configuration, by: string): void => {
		if (violations.some((known) => known.message === message)) return;
		const story = [by];
		for (let each: Configuration | undefined = at; each; each = from.get(each)?.before)
			story.unshift(`${from.get(each)?.by} -> ${each.value}`);
		violations.push({ promise, message, story });
	};
	const judge = (check: () => void, at: Configuration, by: string): void => {
		try {
			check();
		} catch (error) {
			if (!(error instanceof BrokenPromiseError)) throw error;
			report(error.promise, error.message, at, by);
		}
	};
	const visit = (configuration: Configuration, before: Configuration | undefined, by: string): void => {
		if (from.has(configuration)) return;
		from.set(configuration, { before, by });
		next.push(configuration);
		judge(() => judgeConfiguration(configuration), configuration, "is reached");
	};

	for (const input of inputs) {
		const step = chart.start(input);
		visit(step.next, undefined, JSON.stringify(input));
		judge(() => judgeStart(input, step.next, step.effects), step.next, "starts");
	}
	while (next.length > 0 && violations.length < violationsMax) {
		const configurations = next;
		next = [];
		depth++;
		for (const configuration of configurations) {
			if (isOver(configuration)) continue;
			for (const event of [...events, ...configuration.timeouts]) {
				steps++;
				const step = chart.step(configuration, event);
				const by = chart.names[event] as string;
				judge(
					() => stepJudge.judge(configuration, event, step.next, step.effects, step.taken),
					configuration,
					by,
				);
				if (!step.taken) continue;
				visit(step.next, configuration, by);
				if (step.effects.length > 0)
					judge(() => judgeEffects(configuration, step.next, step.effects), configuration, by);
			}
		}
		onProgress(from.size);
	}
	judgeTimeouts(chart, [...from.keys()], (promise, message, at) =>
		report(promise, message, at, "by timeouts alone"),
	);
	const missing = [...chart.transitions].filter(([transition]) => !chart.taken.has(transition));
	return {
		configurations: from.size,
		steps,
		depth,
		transitions: { taken: chart.transitions.size - missing.length, all: chart.transitions.size },
		missing: missing.map(([, name]) => name),
		violations,
	};
}

/** Where a window begins is what was decided, or what the restart was for. */
function judgeStart(input: ChartInput, first: Configuration, effects: readonly string[]): void {
	const { window, resumeAt } = input;
	const { leaf } = first;
	const open = resumeAt === "trial" ? "resuming" : resumeAt === "rejecting" ? "rejecting" : "inventory";
	const wanted = window === "open" ? open : window === "recover" ? "recovering" : "closed";
	expect(leaf === wanted, "P1", `a boot that is ${window} begins with ${leaf}, not with ${wanted}`);
	judgeChange("", leaf, effects);
	const { outcome } = first.snapshot.context;
	expect(leaf !== "rejecting" || outcome !== "", "P4", "going back begins without an outcome");
	judgeEffects(first, first, effects);
}

function judgeConfiguration(configuration: Configuration): void {
	const { context } = configuration.snapshot;
	expect(context.resumes <= LIMITS.resumesMax, "P8", "more sessions resume a download than may");
	expect(context.statusReads <= LIMITS.statusReadsMax, "P8", "the status is asked more often than it may be");
	if (!isOver(configuration) || configuration.value === "restarting") return;
	expect(context.window !== "open" || context.outcome !== "", "P4", "a window closes without an outcome");
	expect(context.window !== "recover" || context.set !== "", "P4", "a recovery ends without saying how");
}

function judgeEffects(before: Configuration, after: Configuration, effects: readonly string[]): void {
	const was = before.snapshot.context;
	const is = after.snapshot.context;
	for (const effect of effects) {
		if (!ACCEPTING.test(effect)) continue;
		expect(was.window === "open", "P1", `${effect} where the window is not open`);
		expect(!before.value.includes("closing"), "P1", `${effect} while the window closes`);
	}
	if (!effects.some((effect) => effect.startsWith("sendInstall"))) return;
	expect(is.matched || is.adopt, "P6", "an install is sent for a package that nobody identified");
	expect(is.modemDue, "P5", "an install is sent to a modem that was not found at the order's version");
	expect(!is.othersDue || is.committed, "P7", "an install is sent before all others are accepted");
	expect(!was.sent, "P8", "an install is sent twice in one window");
	expect(!effects.includes("rejectOthers"), "P7", "images are taken back while an install is under way");
}

/** Going back, closing: what is left where the time for an install has passed. */
const TIMEOUTS_MAX = 3;

/**
 * P4 on the graph of timeouts alone: when the time for an install has passed, or the window's end, few timeouts are left in
 * whatever order they come. Where neither does anything (images are being accepted, an update is reported) the state's
 * own timers do. Nothing starts the window's end anew.
 */
function judgeTimeouts(
	chart: Chart,
	configurations: readonly Configuration[],
	report: (promise: string, message: string, at: Configuration) => void,
): void {
	for (const [transition, name] of chart.transitions) {
		const { source, target, reenter } = transition;
		const isStart = source.key === "assessing";
		if (
			!isStart &&
			(target?.some(({ id }) => id === "window.open") || (source.id === "window.open" && reenter))
		)
			report("P4", `${name} starts the window's deadline anew`, configurations[0] as Configuration);
	}
	/** How many timeouts it takes at most, where the window's end has passed. */
	const bound = new Map<Configuration, number>();
	const boundOf = (configuration: Configuration, path: readonly Configuration[]): number => {
		if (isOver(configuration)) return 0;
		const known = bound.get(configuration);
		if (known !== undefined) return known;
		if (path.includes(configuration)) return Number.POSITIVE_INFINITY;
		const along = [...path, configuration];
		const after = (timeout: number): number => 1 + boundOf(chart.step(configuration, timeout).next, along);
		const named = (name: RegExp): number | undefined =>
			configuration.timeouts.find((timeout) => name.test(chart.names[timeout] as string));
		const isTaken = (timeout: number | undefined): timeout is number =>
			timeout !== undefined && chart.step(configuration, timeout).taken;
		const sent = named(/after untilSent/);
		const end = named(/after until(End|Release)/);
		const own = configuration.timeouts.filter(
			(timeout) => !/after until/.test(chart.names[timeout] as string),
		);
		let steps = Number.POSITIVE_INFINITY;
		// The latest instant of an install is never after the window's end.
		if (isTaken(sent)) steps = after(sent);
		else if (isTaken(end)) steps = after(end);
		else if (end !== undefined && own.length > 0) steps = Math.max(...own.map(after));
		bound.set(configuration, steps);
		return steps;
	};
	for (const configuration of configurations)
		if (boundOf(configuration, []) > TIMEOUTS_MAX)
			report("P4", "timeouts alone lead to no closed window", configuration);
}
