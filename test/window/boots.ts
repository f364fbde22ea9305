import { canonicalVersion } from "../../modules/modem/version.js";
import { OrderStore } from "../../modules/order/order-store.js";
import { type Bench, BRIEF_OFF_MS, LONG_OFF_MS } from "../support/bench.js";
import { VERSIONS } from "../support/orders.js";

/** The digest of the order that the product keeps. */
export function digestOf(bench: Bench): string {
	const stored = new OrderStore({ store: bench.product.flash, canonicalVersion }).current();
	return stored.status === "in-force" ? stored.order.digest : "";
}

/** The first order is stored, at a boot that stays closed, and the product is off for so long. */
export function orderedThenOff(bench: Bench, offMs: number): void {
	bench.usedThenOff(BRIEF_OFF_MS);
	bench.on("first");
	bench.run(600_000);
	bench.cut(offMs);
	bench.forget();
}

/** What is not on the flash of a product that is well. */
export function damage(bench: Bench, key: string): void {
	for (const slot of ["a", "b"]) bench.product.flash.values.set(`${key}-${slot}`, new ArrayBuffer(7));
}

/** An install of the first order was sent, and nobody knows what became of it. */
export function leaveSent(bench: Bench): void {
	const [from, to] = VERSIONS[bench.model];
	const { journal } = bench;
	journal.keepUnder({ digest: digestOf(bench), element: "modem", to });
	journal.write({
		step: "sent",
		from,
		installMayResume: true,
		package: "downloaded",
		attempts: 1,
		seen: from,
	});
}

/** Every way a boot can come to its release; each ends right after power came, or after a window that closed. */
export const CLOSED_BOOTS: Readonly<Record<string, (bench: Bench) => void>> = {
	"the very first": (bench) => bench.on("first"),
	"after a brief cut": (bench) => {
		orderedThenOff(bench, BRIEF_OFF_MS);
		bench.on();
	},
	"without an order": (bench) => {
		bench.usedThenOff(LONG_OFF_MS);
		bench.on();
	},
	"with the order in force": (bench) => {
		orderedThenOff(bench, LONG_OFF_MS);
		bench.journal.keepUnder({ digest: digestOf(bench), element: "modem", to: VERSIONS[bench.model][1] });
		bench.journal.write({ inForce: digestOf(bench), seen: VERSIONS[bench.model][1] });
		bench.product.modemFlash.version = VERSIONS[bench.model][1];
		bench.on();
	},
	"with the order given up": (bench) => {
		orderedThenOff(bench, LONG_OFF_MS);
		bench.journal.keepUnder({ digest: digestOf(bench), element: "modem", to: VERSIONS[bench.model][1] });
		bench.journal.write({ attempts: 3 });
		bench.on();
	},
	"with the journal damaged": (bench) => {
		orderedThenOff(bench, LONG_OFF_MS);
		damage(bench, "journal");
		bench.on();
	},
	"with the order damaged": (bench) => {
		orderedThenOff(bench, LONG_OFF_MS);
		damage(bench, "order");
		bench.on();
	},
	"with the mark damaged": (bench) => {
		orderedThenOff(bench, LONG_OFF_MS);
		for (const [key] of bench.product.battery.values)
			bench.product.battery.values.set(key, new ArrayBuffer(3));
		bench.on();
	},
	"with a flash that takes no writes": (bench) => {
		orderedThenOff(bench, LONG_OFF_MS);
		bench.product.flash.failing = true;
		bench.on();
	},
	"with a clock that stopped": (bench) => {
		orderedThenOff(bench, LONG_OFF_MS);
		bench.product.rtc.stopped = true;
		bench.on();
	},
	"after a recovery": (bench) => {
		orderedThenOff(bench, LONG_OFF_MS);
		leaveSent(bench);
		bench.on();
		bench.until("released");
	},
	"after a window without a job": (bench) => {
		bench.product.server.cancelJobs();
		orderedThenOff(bench, LONG_OFF_MS);
		bench.on();
		bench.until("released");
	},
};
