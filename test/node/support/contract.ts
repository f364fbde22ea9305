import type { ExecutionContext } from "ava";
import type { Ended, RunEvent, Running } from "./running.js";
import type { ScriptedModem } from "./scripted-modem.js";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string" && value !== "";
const anyText: Check = (value) => typeof value === "string";
const oneOf =
	(...values: readonly unknown[]): Check =>
	(value) =>
		values.includes(value);
const wholeMs: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
const offTime: Check = (value) => {
	const fields = Object.entries(value as object);
	const [[name, content] = []] = fields;
	return fields.length === 1 && (name === "atLeast" ? wholeMs(content) : name === "unknown" && text(content));
};

const REASONS = [
	"off-too-short no-mark mark-damaged mark-not-writable boot-missed clock-unset clock-stopped clock-set",
	"clock-backwards clock-unrated clock-bad-rate too-long no-power-on no-witness distrust nothing-to-do given-up",
	"journal-damaged journal-open off-long-enough",
].flatMap((line) => line.split(" "));

/** The table of events: the fields that each must have. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
	order: { outcome: oneOf("accepted", "in-force", "refused") },
	decided: {
		window: oneOf("open", "closed", "recover"),
		reason: oneOf(...REASONS),
		offTime,
		opensFrom: wholeMs,
	},
	released: {},
	state: { value: (value) => value !== undefined },
	progress: {
		element: text,
		phase: text,
		percent: (value) => wholeMs(value) && (value as number) <= 100,
	},
	refused: {
		request: oneOf("connect", "download", "install", "reboot", "uninstall"),
		by: oneOf("delay", "refusal"),
		minutes: wholeMs,
	},
	element: {
		element: text,
		from: anyText,
		to: text,
		is: anyText,
		outcome: oneOf("updated", "current", "failed", "wrong-version"),
	},
	closed: { outcome: oneOf("updated", "current", "failed", "deadline", "mixed"), reason: text },
	recovered: { set: oneOf("old", "new", "mixed") },
	armed: {},
	unguarded: {},
	uninvited: {},
	staged: { element: text, version: text },
	installed: { element: text, version: text },
	accepted: { element: text, version: text },
	rejected: { element: text, version: text },
	restart: { element: text },
	prefetched: {},
	session: {},
};

/** The names of the boot in the order of the contract; what is not among them may come in between. */
const ORDERS: Readonly<Record<string, readonly string[]>> = {
	closed: ["order", "decided", "released"],
	open: ["order", "decided", "element", "closed", "released"],
	recover: ["order", "decided", "recovered", "released"],
};

/** All that the contract promises of every run that ended in an orderly way, whatever became of it. */
export function holdsContract(t: ExecutionContext, run: Running, ended: Ended, modem?: ScriptedModem): void {
	const { events } = run;
	t.deepEqual(run.noise, [], "standard output carries JSON objects only");
	t.is(ended.signal, null, run.told);
	t.notRegex(run.err, /\n\s+at /, "no stack");
	let before = 0;
	for (const { event, at, ...fields } of events) {
		t.true(Number.isInteger(at) && at >= before, `at never falls: ${run.out}`);
		before = at;
		const checks = FIELDS[event];
		t.truthy(checks, `${event} is in the table of events`);
		for (const [name, check] of Object.entries(checks ?? {}))
			t.true(check(fields[name]), `${event}.${name}: ${JSON.stringify(fields)}`);
	}
	const decided = events.find(({ event }) => event === "decided");
	const window = String(decided?.window);
	const marks = ORDERS[window] ?? [];
	const ordered = [...new Set(Object.values(ORDERS).flat())];
	const seen = events.map(({ event }) => event).filter((event) => ordered.includes(event));
	// One for each element of the order, one after the other; a recovery may tell of them as well.
	const once = seen.filter((event, index) => event !== "element" || seen[index - 1] !== "element");
	const told = window === "recover" ? once.filter((event) => event !== "element") : once;
	const elements = events.filter(({ event }) => event === "element").map(({ element }) => element);
	t.is(new Set(elements).size, elements.length, "one `element` for each element");
	t.deepEqual(told, [...marks], `the order of events: ${run.out}`);
	t.is(ended.status, expectedStatus(events), run.told);
	if (modem && window !== "open") t.deepEqual(modem.accepting, [], "P1: nothing is accepted");
	const released = events.find(({ event }) => event === "released");
	if (window === "closed") t.is(released?.at, Math.max(released?.at ?? 0, decided?.at ?? 0));
}

/** The table of exit statuses, the first row that applies. */
function expectedStatus(events: readonly RunEvent[]): number {
	const last = (name: string) => events.find(({ event }) => event === name);
	const closed = last("closed");
	const recovered = last("recovered");
	if (last("order")?.outcome === "refused") return 66;
	if (closed?.outcome === "mixed" || recovered?.set === "mixed") return 5;
	if (recovered) return recovered.set === "new" ? 0 : 4;
	if (closed) return closed.outcome === "updated" || closed.outcome === "current" ? 0 : 4;
	return 3;
}
