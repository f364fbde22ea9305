import { productOf } from "./boot.js";
import { NOTHING_YET, type Truth } from "./checker/truth.js";
import { type Snapshot, take } from "./snapshot.js";
import { StepClock } from "./step-clock.js";
import { envelopeOf, orderFacts, SEQUENCE, type World } from "./world.js";

/** The rate of the RTC is known after two minutes. */
const USED_MS = 150_000;
const BRIEF_MS = 2_000;

interface Beginning {
	snapshot: Snapshot;
	truth: Truth;
}

/** Made at the first use: in XS nothing that a module makes while it is loaded can change. */
let beginnings: Map<World, Beginning> | undefined;

/**
 * Where every story begins: a product that was in use has taken its order, and the power went before the guard began.
 * It is played once a world; all boots start from its snapshot.
 */
export function beginning(world: World): Beginning {
	beginnings ??= new Map();
	let known = beginnings.get(world);
	if (!known) {
		known = played(world);
		beginnings.set(world, known);
	}
	return known;
}

function played(world: World): Beginning {
	const clock = new StepClock();
	const product = productOf(world, clock, () => {});
	const run = (untilMs: number): void => {
		while ((clock.nextAt() ?? Number.POSITIVE_INFINITY) <= untilMs) clock.step();
		clock.moveTo(untilMs);
	};
	product.switchOn();
	run(USED_MS);
	product.cutPower();
	run(USED_MS + BRIEF_MS);
	product.switchOn(envelopeOf(world, SEQUENCE));
	const snapshot = take(product, []);
	product.cutPower();
	world.leftover?.(snapshot.modem, orderFacts(world));
	if (world.decays) for (const slot of ["a", "b"]) snapshot.flash.set(`journal-${slot}`, new ArrayBuffer(7));
	const { version } = snapshot.modem;
	// What was there before the order is no news.
	const toldMixed = version === orderFacts(world).from ? "" : version;
	return { snapshot, truth: { ...NOTHING_YET, sequence: SEQUENCE, toldMixed } };
}
