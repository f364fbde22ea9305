import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { assign, createActor, fromCallback, setup } from "../../modules/window/preload/xstate.js";
import type { Measured } from "../xs/measure.js";

type Event = { type: "switch-on" } | { type: "switch-off" } | { type: "ring"; times: number };

/** A machine with everything that the window's statechart needs from xstate; made while loading, as it is in flash. */
const bell = setup({
	types: {
		context: {} as { rings: number; log: string[] },
		events: {} as Event,
		input: {} as { log: string[] },
	},
	actors: {
		ringer: fromCallback<{ type: string }, { log: string[] }>(({ sendBack, input }) => {
			input.log.push("ringer starts");
			sendBack({ type: "ring", times: 2 });
			return () => input.log.push("ringer stops");
		}),
	},
	actions: {
		note: ({ context }, { text }: { text: string }) => {
			context.log.push(text);
		},
		count: assign({
			rings: ({ context, event }) => context.rings + (event.type === "ring" ? event.times : 0),
		}),
	},
	guards: {
		loud: ({ event }) => event.type === "ring" && event.times > 5,
	},
	delays: { patience: 1_500 },
}).createMachine({
	id: "bell",
	initial: "off",
	context: ({ input }) => ({ rings: 0, log: input.log }),
	states: {
		off: { entry: { type: "note", params: { text: "enters off" } }, on: { "switch-on": "on" } },
		on: {
			entry: { type: "note", params: { text: "enters on" } },
			exit: { type: "note", params: { text: "leaves on" } },
			invoke: { src: "ringer", input: ({ context }) => ({ log: context.log }) },
			on: {
				ring: [{ guard: "loud", target: "broken" }, { actions: "count" }],
				"switch-off": "off",
			},
			after: { patience: "off" },
		},
		broken: { entry: { type: "note", params: { text: "broken" } }, type: "final" },
	},
});

export const scenarios: Record<string, () => string[]> = {
	"a statechart with after, invoke, guards, entry and exit actions runs on a clock of ours"() {
		const log: string[] = [];
		const clock = new VirtualClock();
		const actor = createActor(bell, { clock, input: { log } });
		actor.subscribe((snapshot) => {
			log.push(`${clock.now()} ${String(snapshot.value)} ${snapshot.context.rings} ${snapshot.status}`);
		});
		actor.start();
		actor.send({ type: "switch-on" });
		clock.advance(1_000);
		actor.send({ type: "ring", times: 3 });
		clock.advance(1_000);
		actor.send({ type: "switch-on" });
		actor.send({ type: "switch-off" });
		clock.advance(10_000);
		actor.send({ type: "switch-on" });
		actor.send({ type: "ring", times: 6 });
		log.push(`timers left: ${clock.nextAt() ?? "none"}`);
		return log;
	},
};

export const measured: Measured = {
	"a small statechart"() {
		const clock = new VirtualClock();
		const makeActor = () => createActor(bell, { clock, input: { log: [] } });
		let actor: ReturnType<typeof makeActor> | undefined;
		return {
			"create the actor": () => {
				actor = makeActor();
			},
			start: () => actor?.start(),
			"an event that invokes": () => actor?.send({ type: "switch-on" }),
			"an event with a guard": () => actor?.send({ type: "ring", times: 1 }),
			"a timeout": () => clock.advance(2_000),
		};
	},
};
