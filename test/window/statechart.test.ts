// Requirements: P4, P5, P8, R24
/**
 * The statechart alone, without a modem, in time. Every configuration with every event, and every transition, is the search of
 * test/statechart, which knows timeouts and no time; here timers run for their ms. Goal: whatever came before, timeouts alone
 * bring it to `closed` within the window, the report and the closing, and no timer is left. Method: walks by chance, with
 * every event and with waits, from every kind of input; the seed is fixed, so that a walk that fails is walked again. A
 * whole run (test/support/share.ts) walks so far that every transition is taken in time as well.
 */

import test from "ava";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import type { Activity } from "../../modules/elements/modem-avms.js";
import {
	type Effect,
	type Found,
	type WindowEvent,
	type WindowInput,
	windowMachine,
} from "../../modules/window/machine.js";
import { DEFAULT_POLICY } from "../../modules/window/policy.js";
import { createActor } from "../../modules/window/preload/xstate.js";
import { timesOf } from "../support/share.js";

const SEED = 20_260_102;
const WALKS = timesOf(2_000, 200_000);
const WALKS_TO_ALL = 200_000;
const STEPS_MAX = 60;
const SIZE_BYTES = 1_000;
/** Few retries, so that walks come to their end. */
const POLICY = { ...DEFAULT_POLICY, resumesMax: 1, statusReadsMax: 1 };

const FOUND: readonly Found[] = ["to", "from", "other", "wrong-model", "none"];
const ACTIVITIES: readonly Activity[] = ["idle", "session", "offered", "ready"];
const BOOLEANS = [true, false] as const;

const EVENTS: readonly WindowEvent[] = [
	...FOUND.flatMap((found) =>
		ACTIVITIES.flatMap((activity) =>
			(["current", "due"] as const).map(
				(others): WindowEvent => ({ type: "found", found, activity, others }),
			),
		),
	),
	...ACTIVITIES.map((activity): WindowEvent => ({ type: "status", activity })),
	...[...FOUND, "silent" as const].flatMap((found) =>
		BOOLEANS.map((busy): WindowEvent => ({ type: "read", found, busy })),
	),
	...(["old", "new", "mixed"] as const).map(
		(set): WindowEvent => ({ type: "recovered", set, reason: "read-back" }),
	),
	...(["connect", "download", "install"] as const).map(
		(request): WindowEvent => ({ type: "request", request }),
	),
	{ type: "package", sizeBytes: SIZE_BYTES },
	{ type: "package", sizeBytes: SIZE_BYTES + 1 },
	{ type: "download-refused", accepted: false, matched: false, foreign: false },
	{ type: "download-refused", accepted: true, matched: true, foreign: false },
	{ type: "download-refused", accepted: false, matched: false, foreign: true },
	{ type: "fault", reason: "a fault" },
	{ type: "fault", reason: "journal-not-writable" },
	{ type: "others-failed", reason: "no-answer" },
	{ type: "file-failed", reason: "no-image" },
	...(
		[
			"ready",
			"authenticating",
			"authentication-failed",
			"session-started",
			"session-refused",
			"session-ended",
			"progress",
			"downloaded",
			"download-failed",
			"signature-rejected",
			"installed",
			"install-failed",
			"restarted",
			"unlaunched",
			"install-accepted",
			"install-refused",
			"installing",
			"install-unsent",
			"ended",
			"power-off",
		] as const
	).map((type): WindowEvent => ({ type })),
	...(["written", "on-trial", "accepted", "rejected", "restart-needed", "file-sent"] as const).map(
		(type): WindowEvent => ({ type }),
	),
];

/** What would end most walks at once; it comes a tenth as often. */
const HARSH: readonly string[] = [
	"fault",
	"power-off",
	"ended",
	"restart-needed",
	"others-failed",
	"file-failed",
];

interface Transition {
	source: { id: string };
	eventType: string;
}

/** Every transition of the machine, with a name for people. */
function transitionsOf(node: typeof windowMachine.root): Map<Transition, string> {
	const all = new Map<Transition, string>();
	const walk = (each: typeof windowMachine.root): void => {
		const own = [...each.transitions.values()].flat().concat(each.always ?? []);
		own.forEach((transition, index) => {
			all.set(transition as unknown as Transition, `${each.id} ${transition.eventType} #${index}`);
		});
		for (const child of Object.values(each.states)) walk(child as typeof windowMachine.root);
	};
	walk(node);
	return all;
}

/** Numbers by chance, the same for the same seed: xorshift. */
function chance(seed: number): (below: number) => number {
	let state = seed | 0 || 1;
	return (below) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % below;
	};
}

type WindowActor = ReturnType<typeof createActor<typeof windowMachine>>;

/** An event by chance: mostly one that the state itself waits for, for any other ends most walks soon. */
function pickEvent(actor: WindowActor, next: (below: number) => number): WindowEvent | undefined {
	const leaf = actor.getSnapshot()._nodes.find((node) => Object.keys(node.states).length === 0);
	const own = EVENTS.filter(({ type }) => leaf?.transitions.has(type));
	// What waits here goes on by waiting alone.
	if (leaf?.key === "ready" && next(2) === 0) return undefined;
	// Few walks come so far.
	if (leaf?.key === "reporting" && next(6) === 0) return { type: "power-off" };
	const isOwn = own.length > 0 && next(20) < 15;
	const event = (isOwn ? own : EVENTS)[next(isOwn ? own.length : EVENTS.length)] as WindowEvent;
	// Most windows are about the modem alone, and that is where most transitions are.
	if (event.type === "found" && (event.others === "due" || event.activity === "ready") && next(4) > 0)
		return undefined;
	const isHarsh = HARSH.includes(event.type) || (event.type === "found" && event.found !== "from");
	return isHarsh && leaf?.key !== "reporting" && next(10) > 0 ? undefined : event;
}

function startActor(
	input: Omit<WindowInput, "host">,
	taken: Set<Transition>,
	onEffect: (effect: string) => void,
): { actor: WindowActor; clock: VirtualClock } {
	const clock = new VirtualClock();
	const host: WindowInput["host"] = {
		perform: (effect: Effect) => onEffect(effect),
		sendInstall: () => onEffect("sendInstall"),
		acceptDownload: (known) => onEffect(`acceptDownload ${known}`),
		rejectOthers: () => onEffect("rejectOthers"),
		delayRequest: () => onEffect("delayRequest"),
		tellElement: () => onEffect("tellElement"),
	};
	const actor = createActor(windowMachine, {
		clock,
		input: { ...input, host },
		inspect: (event) => {
			if (event.type !== "@xstate.microstep") return;
			for (const transition of event._transitions) taken.add(transition as unknown as Transition);
		},
	});
	actor.start();
	return { actor, clock };
}

/** The latest that a walk may close after its last event: the whole window, the report and the closing. */
const CLOSED_WITHIN_MS = DEFAULT_POLICY.windowMs + DEFAULT_POLICY.reportWithinMs + DEFAULT_POLICY.endWithinMs;

test("P4, P5: nothing unidentified is installed, and timeouts alone close every walk in time", (t) => {
	const all = transitionsOf(windowMachine.root);
	const taken = new Set<Transition>();
	const next = chance(SEED);
	const pick = <T>(from: readonly T[]): T => from[next(from.length)] as T;
	for (let walk = 0; walk < WALKS; walk++) {
		const matched = next(3) === 0;
		const untilEndMs = pick([0, 60_000, DEFAULT_POLICY.windowMs]);
		const input: Omit<WindowInput, "host"> = {
			window: pick(["open", "open", "open", "open", "open", "open", "open", "open", "recover", "closed"]),
			policy: POLICY,
			untilSentMs: untilEndMs - pick([DEFAULT_POLICY.installMs, 10_000]),
			untilEndMs,
			untilReleaseMs: pick([0, 60_000]),
			sizeBytes: SIZE_BYTES,
			adopt: next(6) === 0,
			accepted: matched || next(3) === 0,
			matched,
			foreign: !matched && next(3) === 0,
			reportOwed: next(2) === 0,
			resumeAt: next(10) === 0 ? pick(["trial", "rejecting"]) : undefined,
			reasonBefore: "a reason",
			isLocal: next(6) === 0,
		};
		const story: string[] = [];
		const said = `seed ${SEED}, walk ${walk}: ${JSON.stringify(input)}`;
		let closedAt = 0;
		const { actor, clock } = startActor(input, taken, (effect) => {
			story.push(effect);
			if (effect === "endSession") closedAt = story.length;
		});
		for (let step = next(STEPS_MAX); step > 0 && actor.getSnapshot().status === "active"; step--) {
			const event = next(8) === 0 ? undefined : pickEvent(actor, next);
			const until = story.length;
			if (event) actor.send(event);
			else clock.advance(pick([0, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 900_000]));
			story.splice(until, 0, event?.type ?? `waits until ${clock.now()}`);
			const { matched, adopt, tried, othersDue } = actor.getSnapshot().context;
			if (story.slice(until).includes("sendInstall")) {
				t.true(matched || adopt, `${said}; ${story.join(", ")}`);
				// What was tried is accepted before the install, which cannot be taken back.
				t.is(tried, othersDue, `${said}; ${story.join(", ")}`);
				t.is(story.includes("acceptOthers"), tried, `${said}; ${story.join(", ")}`);
			}
		}
		clock.advance(CLOSED_WITHIN_MS);
		const { value, status, context } = actor.getSnapshot();
		t.is(status, "done", `${said}; ${story.join(", ")}`);
		const restarts = value === "restarting";
		if (!restarts) t.is(value, "closed");
		if (input.window === "open" && !restarts) t.not(context.outcome, "", `${said}; ${story.join(", ")}`);
		if (input.window === "recover" && !restarts) t.not(context.set, "", said);
		t.is(clock.nextAt(), undefined, `${said}: no timer is left`);
		t.true(
			story.filter((each) => each === "sendInstall").length <= 1,
			`${said}: one install at most; ${story.join(", ")}`,
		);
		const afterwards = closedAt > 0 ? story.slice(closedAt) : [];
		for (const effect of ["openSession", "acceptConnect", "acceptDownload", "sendInstall"])
			t.false(afterwards.includes(effect), `${said}: ${effect} after the closing`);
		if (input.window !== "open")
			for (const effect of ["openSession", "acceptConnect", "acceptDownload", "sendInstall"])
				t.false(story.includes(effect), said);
	}
	const missing = [...all].filter(([transition]) => !taken.has(transition)).map(([, name]) => name);
	if (WALKS >= WALKS_TO_ALL)
		t.deepEqual(missing, [], `seed ${SEED}: transitions that no walk took, of ${all.size}`);
	t.log(`${all.size - missing.length} of ${all.size} transitions`);
	t.true(all.size > 80);
});

test("P4: from every state timeouts alone lead to `closed`", (t) => {
	const leaves = (node: typeof windowMachine.root): number =>
		Object.keys(node.states).length === 0
			? Number(node.transitions.size > 0 || node.type === "final")
			: Object.values(node.states).reduce(
					(sum, child) => sum + leaves(child as typeof windowMachine.root),
					0,
				);
	const states = leaves(windowMachine.root);
	const next = chance(SEED);
	const seen = new Map<string, number>();
	for (let walk = 0; walk < WALKS || (seen.size < states && walk < WALKS_TO_ALL); walk++) {
		const { actor, clock } = startActor(
			{
				window: walk % 10 === 0 ? "recover" : "open",
				policy: POLICY,
				untilSentMs: DEFAULT_POLICY.windowMs - DEFAULT_POLICY.installMs,
				untilEndMs: DEFAULT_POLICY.windowMs,
				untilReleaseMs: DEFAULT_POLICY.recoverWithinMs,
				sizeBytes: SIZE_BYTES,
				adopt: false,
				accepted: false,
				matched: walk % 3 === 0,
				foreign: false,
				reportOwed: walk % 2 === 0,
				resumeAt: walk % 7 === 0 ? (walk % 2 === 0 ? "trial" : "rejecting") : undefined,
				reasonBefore: "a reason",
				isLocal: walk % 11 === 0,
			},
			new Set(),
			() => {},
		);
		for (let step = next(20); step > 0; step--) {
			const event = pickEvent(actor, next);
			if (event && actor.getSnapshot().status === "active") actor.send(event);
			else clock.advance(next(2) * 5_000);
		}
		const state = JSON.stringify(actor.getSnapshot().value);
		const startMs = clock.now();
		clock.runUntil(() => actor.getSnapshot().status === "done", CLOSED_WITHIN_MS);
		t.is(actor.getSnapshot().status, "done", state);
		seen.set(state, Math.max(seen.get(state) ?? 0, clock.now() - startMs));
	}
	t.is(seen.size, states, [...seen.keys()].join());
});

test("P8: a modem that ends its sessions for ever is asked for its status as often as it may be, then the window closes", (t) => {
	const asked: string[] = [];
	const { actor, clock } = startActor(
		{
			window: "open",
			policy: DEFAULT_POLICY,
			untilSentMs: DEFAULT_POLICY.windowMs - DEFAULT_POLICY.installMs,
			untilEndMs: DEFAULT_POLICY.windowMs,
			untilReleaseMs: DEFAULT_POLICY.recoverWithinMs,
			sizeBytes: SIZE_BYTES,
			adopt: false,
			accepted: false,
			matched: false,
			foreign: false,
			reportOwed: false,
			resumeAt: undefined,
			reasonBefore: "",
			isLocal: false,
		},
		new Set(),
		(effect) => asked.push(effect),
	);
	actor.send({ type: "found", found: "from", activity: "idle", others: "current" });
	actor.send({ type: "request", request: "download" });
	actor.send({ type: "package", sizeBytes: SIZE_BYTES });
	actor.send({ type: "downloaded" });
	for (let session = 0; session < 3 * DEFAULT_POLICY.statusReadsMax; session++) {
		actor.send({ type: "session-ended" });
		clock.advance(DEFAULT_POLICY.offerWithinMs);
	}
	const { value, context } = actor.getSnapshot();
	t.is(value, "closed");
	t.is(context.reason, "no-install-request");
	t.is(asked.filter((effect) => effect === "readStatus").length, DEFAULT_POLICY.statusReadsMax);
});
