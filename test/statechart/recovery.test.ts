// Requirements: P3, P7
/** A recovery that ends before the set is whole says why: the search through the statechart takes no account of reasons. */
import test from "ava";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { type WindowEvent, windowMachine } from "../../modules/window/machine.js";
import { DEFAULT_POLICY } from "../../modules/window/policy.js";
import { createActor } from "../../modules/window/preload/xstate.js";
import { inputOf, windowInput } from "./chart.js";

const ENDS: readonly (readonly [
	event: WindowEvent | undefined,
	set: "old" | "new" | "mixed",
	reason: string,
])[] = [
	[{ type: "fault", reason: "journal-not-writable" }, "mixed", "journal-not-writable"],
	[{ type: "fault", reason: "no-modem" }, "mixed", "no-modem"],
	[{ type: "power-off" }, "mixed", "power-off"],
	[{ type: "recovered", set: "old", reason: "went-back" }, "old", "went-back"],
	[undefined, "mixed", "no-answer"],
];

for (const [event, set, reason] of ENDS)
	test(`P3, P7: a recovery that ends by ${event?.type ?? "time"} is ${set}, for ${reason}`, (t) => {
		const clock = new VirtualClock();
		const actor = createActor(windowMachine, {
			input: windowInput(inputOf({ window: "recover" }), () => {}),
			clock,
		});
		actor.start();
		if (event) actor.send(event);
		else clock.advance(DEFAULT_POLICY.recoverWithinMs);
		const { value, context } = actor.getSnapshot();
		t.is(value, "closed");
		t.is(context.set, set);
		t.is(context.reason, reason);
	});
