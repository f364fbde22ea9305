import type { Board, PowerFailInterval, PowerFailStamp, ResetCause } from "../../modules/off-time/board.js";
import { type Boot, FAULT_KINDS, opens, Product } from "../off-time/product.js";
import type { CaseResult } from "./cases.js";
import type { Xorshift } from "./xorshift.js";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 86_400_000;
const THRESHOLD_MS = 10 * MINUTE_MS;
const OFF_MAX_MS = 400 * DAY_MS;
const TOLERANCE = 0.01;
/** The shortest on-time over which a clock can be rated, and one after which it is, and a mark says so. */
const RATED_MS = 2 * MINUTE_MS;
const SURELY_RATED_MS = 200 * SECOND_MS;
const BOOTS = 7;
const STORIES = 4;
/** 12 bytes of a slot's header, then 16 of a mark, or 6 of a boot record. */
const RECORDS: readonly (readonly [keys: readonly [string, string], bytes: number])[] = [
	[["mark-a", "mark-b"], 28],
	[["boot-a", "boot-b"], 18],
];
const NO_POWER_ON: readonly ResetCause[] = ["software", "watchdog", "brown-out", "external", "other"];

/** What really is, and what it means for the next boot, by the text of P2: any doubt means unknown. */
interface Truth {
	/** Against the number of the next boot, whatever it finds. */
	doubt: string;
	/** Nothing is wrong, and nothing was: a time off that is long enough opens. */
	isWell: boolean;
	/** The longest on-time since the clock was last set, and the last one. */
	ratedMs: number;
	onMs: number;
}

/** Some stories: each is cheap. */
export function offTimeStories(random: Xorshift): CaseResult {
	const faults: string[] = [];
	const log: string[] = [];
	for (let stories = 0; stories < STORIES; stories++) {
		const story = offTimeStory(random);
		faults.push(...story.faults);
		log.push(...story.log);
	}
	return { faults, log, noiseBytes: 0 };
}

/**
 * A board of any kind, used, reset, set, stalled and switched off in any way, for times of any length. What each boot says is
 * held against what really was: the lower bound is one, and with any doubt there is none.
 */
function offTimeStory(random: Xorshift): CaseResult {
	const faults: string[] = [];
	const log: string[] = [];
	const board = boardOf(random);
	const isWrong = board.rate === "measured" && random.oneIn(4);
	const stamp = stampOf();
	const product = new Product({
		board,
		...(board.witness === "power-fail-stamp" ? { stamp } : {}),
		// As late as the watchdog lets them be; a clock is not rated by such ticks.
		...(board.rate === "assumed" && random.oneIn(3) ? { lateMs: () => random.below(board.watchdogMs) } : {}),
	});
	// Within the tolerance, up to its ends; or a clock that no verdict may pass.
	const share = (random.below(2_001) - 1_000) / 1_000;
	product.rtc.setRate(isWrong ? Math.sign(share || 1) * (0.02 + Math.abs(share) / 3) : share * TOLERANCE);
	const truth: Truth = { doubt: "a first boot", isWell: false, ratedMs: 0, onMs: 0 };
	for (let boots = 0; boots < BOOTS; boots++) {
		const before = copyOf(product);
		const resetCause = random.oneIn(6) ? random.pick(NO_POWER_ON) : random.oneIn(6) ? "unknown" : "power-on";
		const isFaulty = random.oneIn(8);
		if (isFaulty) {
			product.media.faultAt = product.media.operations + random.below(4);
			product.media.faultKind = random.pick(FAULT_KINDS);
			product.media.tornShare = random.below(100) / 100;
		}
		const boot = product.boot({ resetCause });
		product.media.faultAt = undefined;
		const what = `${JSON.stringify(board)}, rate ${product.rtc.rate}, boot ${boots + 1}`;
		const doubts = [
			truth.doubt,
			board.witness === "none" ? "no witness" : "",
			NO_POWER_ON.includes(resetCause) ? `a reset by ${resetCause}` : "",
			board.rate === "measured" && isWrong ? "a clock at a wrong rate" : "",
			board.rate === "measured" && truth.ratedMs < RATED_MS ? "a clock that was never rated" : "",
			boot.realOffMs > OFF_MAX_MS * (1 + 2 * TOLERANCE) ? "too long a time off" : "",
		].filter(Boolean);
		log.push(`${resetCause} ${JSON.stringify(boot.result)}`);
		check(boot, { doubts, before, after: copyOf(product), what }, faults);
		const { opensFromMs } = boot.offTime;
		// At the ends of the tolerance no verdict is sure.
		const isRateable =
			board.rate === "assumed" ||
			(Math.abs(product.rtc.rate) < TOLERANCE * 0.6 && truth.onMs >= SURELY_RATED_MS);
		if (truth.isWell && !isFaulty && doubts.length === 0 && isRateable && boot.realOffMs < OFF_MAX_MS * 0.98)
			if (boot.realOffMs >= opensFromMs && !opens(boot))
				faults.push(`P2: ${what}: closed after ${boot.realOffMs} ms: ${JSON.stringify(boot.result)}`);
		log.push(live(product, truth, stamp, { random, isFaulty: isFaulty || boot.isCut }));
	}
	return { faults, log, noiseBytes: 0 };
}

function check(
	{ result, realOffMs, isCut }: Boot,
	{ doubts, before, after, what }: { doubts: string[]; before: Records; after: Records; what: string },
	faults: string[],
): void {
	if (isCut || !("atLeastMs" in result)) return;
	const { atLeastMs } = result;
	if (atLeastMs > realOffMs) faults.push(`P2: ${what}: at least ${atLeastMs} ms, in truth ${realOffMs}`);
	if (doubts.length > 0)
		faults.push(`P2: ${what}: at least ${atLeastMs} ms, in spite of ${doubts.join(", ")}`);
	RECORDS.forEach(([keys, bytes], i) => {
		const isFresh = keys.some((_, slot) => {
			const is = after[i]?.[slot];
			return is !== before[i]?.[slot] && is?.length === bytes * 2;
		});
		if (!isFresh) faults.push(`P2: ${what}: at least ${atLeastMs} ms, and no new ${keys[0]} or ${keys[1]}`);
	});
}

/** Uses the product for a while, lets something happen to it, and switches it off. What it was, in words. */
function live(
	product: Product,
	truth: Truth,
	stamp: Stamp,
	{ random, isFaulty }: { random: Xorshift; isFaulty: boolean },
): string {
	const { board, rtc, offTime } = product;
	truth.doubt = "";
	truth.isWell = !isFaulty;
	let onMs = 0;
	const use = (forMs: number): void => {
		product.run(forMs);
		onMs += forMs;
		truth.ratedMs = Math.max(truth.ratedMs, onMs);
	};
	if (!isFaulty) use(random.pick([0, 5, 25, 100, 130, 200, 400]) * SECOND_MS + random.below(SECOND_MS));
	let event = "nothing";
	if (!isFaulty)
		switch (random.below(9)) {
			case 0: {
				event = "set";
				truth.isWell = false;
				const isCut = random.oneIn(3);
				if (isCut) {
					product.media.faultAt = product.media.operations + random.below(6);
					product.media.faultKind = random.pick(FAULT_KINDS);
				}
				const shownMs = rtc.time ?? 0;
				const byMs = (1 + random.below(1_000)) * (random.oneIn(2) ? MINUTE_MS : -MINUTE_MS);
				try {
					offTime?.setTime(shownMs + byMs);
				} catch {
					event = "not set";
				}
				product.media.faultAt = undefined;
				if (Math.abs((rtc.time ?? 0) - shownMs) > SECOND_MS) {
					onMs = 0;
					truth.ratedMs = 0;
				}
				if (!product.media.isDead) use(random.below(200) * SECOND_MS);
				break;
			}
			case 1:
				event = "distrusted";
				offTime?.distrust("a fault");
				truth.doubt = "distrust";
				use(random.below(100) * SECOND_MS);
				break;
			case 2:
				event = "stalled";
				truth.isWell = false;
				product.stall(random.oneIn(2) ? random.below(120) * SECOND_MS : random.below(40) * MINUTE_MS);
				if (board.witness === "power-fail-stamp") break;
				// Nothing has bitten: whoever goes on after it knows that nothing would.
				product.stall(MINUTE_MS);
				use(MINUTE_MS);
				truth.doubt = "a mark that came late";
				break;
			case 3:
				event = "late off";
				if (board.finalRunOnMs === 0) break;
				offTime?.markFinal();
				use(random.below(40) * SECOND_MS);
				break;
			default:
		}
	truth.onMs = onMs;
	stamp.fails(rtc.time ?? 0);
	const offMs =
		random.below(SECOND_MS) +
		random.pick([
			random.below(60) * SECOND_MS,
			random.below(600) * SECOND_MS,
			THRESHOLD_MS + random.below(120) * SECOND_MS,
			THRESHOLD_MS * 2 + random.below(DAY_MS),
			random.below(420) * DAY_MS,
		]);
	const isOrderly = random.oneIn(2) && !isFaulty;
	if (isOrderly) product.orderlyOff(offMs);
	else product.off(offMs);
	const told = lapse(product, truth, stamp, random);
	return `${onMs} ms on, ${event}, ${offMs} ms off${isOrderly ? " in order" : ""}, ${told}`;
}

/** What happens to the clock while the product is off. What only other code could have done nobody can tell, and is left out. */
function lapse({ rtc, marks, board }: Product, truth: Truth, stamp: Stamp, random: Xorshift): string {
	switch (random.below(14)) {
		case 0:
			rtc.isAbsent = true;
			break;
		case 1:
			rtc.jump(-(OFF_MAX_MS * 2 + random.below(DAY_MS)));
			break;
		case 2:
			rtc.jump(OFF_MAX_MS * 1.1 + random.below(DAY_MS));
			break;
		case 3:
			rtc.moveTo(random.below(2 ** 31));
			break;
		case 4: {
			// One slot decays: the other one may be all there is.
			const key = random.pick(["mark-a", "mark-b"] as const);
			const value = marks.values.get(key);
			if (!value) return "and well";
			const bytes = new Uint8Array(value.slice(0));
			const at = random.below(bytes.length);
			bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
			marks.values.set(key, bytes.buffer);
			truth.isWell = false;
			return `and ${key} decayed`;
		}
		case 5:
			if (board.witness !== "power-fail-stamp") return "and well";
			stamp.clear();
			truth.doubt ||= "no stamp";
			truth.isWell = false;
			return "and its stamp lost";
		default:
			return "and well";
	}
	truth.doubt ||= "a clock that stopped, jumped or was lost";
	truth.isWell = false;
	truth.ratedMs = 0;
	return "and its clock lost";
}

function boardOf(random: Xorshift): Board {
	return {
		resolutionMs: random.pick([10, 1_000]),
		watchdogMs: random.pick([2_000, 8_000]),
		bootMs: 0,
		finalRunOnMs: random.oneIn(3) ? 9_000 : 0,
		witness: random.oneIn(8) ? "none" : random.pick(["watchdog", "assumed", "power-fail-stamp"] as const),
		rate: random.pick(["measured", "assumed"] as const),
	};
}

/** A clock's own record of when its power failed first since it was cleared, to the minute. */
interface Stamp extends PowerFailStamp {
	fails(atMs: number): void;
}

function stampOf(): Stamp {
	let failedMs: number | undefined;
	return {
		stepMs: MINUTE_MS,
		fails: (atMs) => {
			failedMs ??= atMs;
		},
		read: (): PowerFailInterval | undefined => {
			if (failedMs === undefined) return undefined;
			const earliestMs = Math.floor(failedMs / MINUTE_MS) * MINUTE_MS;
			return { earliestMs, latestMs: earliestMs + MINUTE_MS - 1 };
		},
		clear: () => {
			failedMs = undefined;
		},
	};
}

type Records = readonly (readonly (string | undefined)[])[];

function copyOf({ marks, flash }: Product): Records {
	const hex = (value: ArrayBuffer | undefined): string | undefined =>
		value && [...new Uint8Array(value)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
	return RECORDS.map(([keys], i) => keys.map((key) => hex((i === 0 ? marks : flash).values.get(key))));
}
