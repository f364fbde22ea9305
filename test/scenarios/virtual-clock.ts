import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";

export const scenarios: Record<string, () => string[]> = {
	"timers that are due at one instant run in the order they were set"() {
		const log: string[] = [];
		const clock = new VirtualClock();
		const note = (name: string) => () => log.push(`${clock.now()} ${name}`);
		clock.setTimeout(note("second of 20"), 20);
		clock.setTimeout(note("10"), 10);
		clock.setTimeout(note("third of 20"), 20);
		const cancelled = clock.setTimeout(note("never"), 15);
		clock.setTimeout(() => {
			clock.clearTimeout(cancelled);
			clock.setTimeout(note("set by a timer, at once"), 0);
		}, 12);
		clock.advance(30);
		log.push(`ends at ${clock.now()}, next at ${clock.nextAt()}`);
		return log;
	},

	"running until something holds stops there, or at the limit"() {
		const log: string[] = [];
		const clock = new VirtualClock();
		let ticks = 0;
		const tick = () => {
			ticks++;
			clock.setTimeout(tick, 1_000);
		};
		tick();
		log.push(`${clock.runUntil(() => ticks === 5, 60_000)} ${clock.now()}`);
		log.push(`${clock.runUntil(() => ticks === 500, 60_000)} ${clock.now()} ${ticks}`);
		return log;
	},
};
