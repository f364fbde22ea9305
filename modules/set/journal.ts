import { ELEMENT_REMEDIES, type ElementReason } from "../elements/element-error.js";
import type { Store } from "../io/store.js";
import { asciiFromBytes, bytesFromAscii } from "../storage/bytes.js";
import { Slots } from "../storage/slots.js";

/** The format of the first record ever written; every later version must still read it. */
const FORMAT = 1;

/**
 * What is known of the package on the modem, under the journal's order.
 * `none`: nothing. `accepted`: its download was accepted, its size not yet seen. `matched`: its size is the order's.
 * `downloaded`: and it is down. `foreign`: it is not this order's (wrong size, or accepted under another order).
 */
export type PackageState = "none" | "accepted" | "matched" | "downloaded" | "foreign";

const PACKAGE_STATES: readonly string[] = Object.freeze([
	"none",
	"accepted",
	"matched",
	"downloaded",
	"foreign",
]);

/**
 * How far the set has gone. `none`: nothing of it runs. `trial`: new images run, or are about to, and any reset takes them
 * back. `commit`: they are being accepted. `sent`: the modem's install was sent and its result was not read back.
 */
export type SetStep = "none" | "trial" | "commit" | "sent";

const SET_STEPS: readonly string[] = Object.freeze(["none", "trial", "commit", "sent"]);

/** An element that is not the modem, as it was found before its new image was tried. */
export interface JournalElement {
	name: string;
	/** The version that ran, and the hash by which the element knows that image. */
	from: string;
	fromHash: string;
	/** The version and the hash that the order names. */
	to: string;
	toHash: string;
}

/** What went wrong with an element, for the boot that tells it. */
export interface ElementFailure {
	element: string;
	reason: ElementReason;
	message: string;
}

/** Lets a window go on over one planned restart of our own MCU. */
export interface RestartToken {
	order: string;
	/** Where it goes on. */
	step: "trial" | "rejecting" | "recovering";
	/** What the boot decided that the first restart was in, for the events of one decision come once. */
	told: "open" | "recover";
	/** The conclusion so far; "" where there is none. */
	reason: string;
	/** What it follows from, where that was an element's; else null. */
	failure: ElementFailure | null;
	/** The number that the next boot has. */
	bootNumber: number;
	/** What is left of the window, or of the recovery, in ms. */
	remainingMs: number;
}

const RESTART_STEPS: readonly string[] = Object.freeze(["trial", "rejecting", "recovering"]);

/** One journal record: everything that a boot must know of the boots before it. */
export interface JournalRecord {
	/** Digest of the order under which all that follows happened; "" before the first one. */
	order: string;
	/** Name of the order's modem element; "" where it has none. */
	element: string;
	/** The modem's version that was found when the install was sent; "" before. */
	from: string;
	/** The version that the order names for the modem; "" where it names none. */
	to: string;
	/** The elements that are being updated beside the modem, from `trial` on. */
	others: readonly JournalElement[];
	/** Anything but `none`: the journal is open. */
	step: SetStep;
	/** Valid once, in the boot that it names. */
	restart: RestartToken | null;
	package: PackageState;
	/** An install was sent and ended in the old version: it may resume in a later session until another package came. */
	installMayResume: boolean;
	/** The modem has not yet reported its install to the server. */
	reportOwed: boolean;
	/** Digest of the order that was read back in force; "" where none was. */
	inForce: string;
	/** The version that was last read from the modem; "" before the first reading. */
	seen: string;
	/**
	 * Windows in which a download was accepted, an image was tried or an install was sent under this order since it was last
	 * in force.
	 */
	attempts: number;
	/** RTC time of the last session that prefetch opened, ms since 1970; 0 where there was none. */
	prefetchedAtMs: number;
}

const EMPTY: Readonly<JournalRecord> = Object.freeze({
	order: "",
	element: "",
	from: "",
	to: "",
	others: Object.freeze([]),
	step: "none",
	restart: null,
	package: "none",
	installMayResume: false,
	reportOwed: false,
	inForce: "",
	seen: "",
	attempts: 0,
	prefetchedAtMs: 0,
});

const ELEMENT_FIELDS = Object.freeze(["name", "from", "fromHash", "to", "toHash"] as const);

/** The journal could not be written; what it said before stays in force. */
export class JournalWriteError extends Error {
	override name = "JournalWriteError";
}

/** Write-ahead journal: a record is written and read back before the step that it announces. */
export class Journal {
	readonly #slots: Slots;
	readonly #trialSlots: Slots;
	#record: JournalRecord = empty();
	#damaged = false;

	constructor({ store }: { store: Store }) {
		this.#slots = new Slots({ store, key: "journal" });
		this.#trialSlots = new Slots({ store, key: "journal-trial" });
		try {
			const read = this.#slots.read();
			if (read.status === "ok") this.#record = parse(read.record);
			else this.#damaged = read.status === "damaged";
		} catch {
			this.#damaged = true;
		}
	}

	/** Something is stored that cannot be read: nobody knows what happened before. */
	get damaged(): boolean {
		return this.#damaged;
	}

	/** A copy of the record in force. */
	get record(): JournalRecord {
		return { ...this.#record };
	}

	/** An update has begun whose end nobody has read. */
	get open(): boolean {
		return this.#record.step !== "none";
	}

	/** Writes the record with these fields changed. Throws JournalWriteError; then nothing has changed. */
	write(change: Partial<JournalRecord>): void {
		if (this.#damaged)
			throw new JournalWriteError("Expected a journal that can be read; a new order starts it afresh");
		this.#save(change);
	}

	#save(change: Partial<JournalRecord>): void {
		const record: JournalRecord = { ...this.#record, ...change };
		try {
			this.#slots.write(bytesFromAscii(JSON.stringify({ format: FORMAT, ...record })));
		} catch (error) {
			throw new JournalWriteError(`Could not write the journal: ${(error as Error).message}`);
		}
		this.#record = record;
		this.#damaged = false;
	}

	/**
	 * Makes `order` the one that the journal is kept under. What is on the modem by another order becomes foreign;
	 * attempts count from nought. Does nothing where it is kept under this order already.
	 */
	keepUnder(order: { digest: string; element: string; to: string }): void {
		const record = this.#record;
		if (record.order === order.digest) return;
		this.write({
			order: order.digest,
			element: order.element,
			from: "",
			to: order.to,
			others: [],
			package: record.package === "none" ? "none" : "foreign",
			attempts: 0,
		});
	}

	/**
	 * The token of a planned restart, for the one boot that it names: it is erased before it is given out. undefined where
	 * there is none, where it is another boot's, and where it could not be erased.
	 */
	takeRestart(bootNumber: number): RestartToken | undefined {
		const { restart, order } = this.#record;
		if (this.#damaged || !restart) return undefined;
		try {
			this.#save({ restart: null });
		} catch {
			return undefined;
		}
		return restart.bootNumber === bootNumber && restart.order === order ? restart : undefined;
	}

	/**
	 * Whether this boot may start our own MCU again to be rid of an image on trial that no update knows of. Asking counts:
	 * the next boot may not. Kept beside the journal, which may be damaged; where it cannot be kept the answer is no.
	 */
	mayRejectTrial(bootNumber: number): boolean {
		try {
			const before = this.#trialSlots.read();
			if (before.status === "ok" && asciiFromBytes(before.record) === String(bootNumber - 1)) return false;
			this.#trialSlots.write(bytesFromAscii(String(bootNumber)));
			return true;
		} catch {
			return false;
		}
	}

	/** After damage, and only for a new order: forgets everything, so that every package counts as unidentified. */
	startAfresh(): void {
		this.#record = empty();
		this.#save({});
	}
}

/** With a list of its own: JSON.stringify throws on one that lies in flash. */
function empty(): JournalRecord {
	return { ...EMPTY, others: [] };
}

/** Throws on a record that this version cannot have written. */
function parse(bytes: Uint8Array): JournalRecord {
	const { format, ...fields } = JSON.parse(asciiFromBytes(bytes)) as { format: number } & JournalRecord;
	if (format !== FORMAT) throw new RangeError(`Expected journal format ${FORMAT}, got ${format}`);
	const record = empty();
	for (const key of Object.keys(EMPTY) as (keyof JournalRecord)[]) {
		if (typeof fields[key] !== typeof EMPTY[key]) throw new TypeError(`Expected journal field ${key}`);
		(record as unknown as Record<string, unknown>)[key] = fields[key];
	}
	if (!PACKAGE_STATES.includes(record.package))
		throw new RangeError(`Expected a package state, got ${record.package}`);
	if (!SET_STEPS.includes(record.step)) throw new RangeError(`Expected a step, got ${record.step}`);
	if (!Array.isArray(record.others) || !record.others.every(isJournalElement))
		throw new TypeError("Expected journal field others");
	if (record.restart !== null && !isRestartToken(record.restart))
		throw new TypeError("Expected journal field restart");
	return record;
}

function isJournalElement(element: unknown): boolean {
	return (
		typeof element === "object" &&
		element !== null &&
		ELEMENT_FIELDS.every((field) => typeof (element as Record<string, unknown>)[field] === "string")
	);
}

function isFailure(failure: ElementFailure | null): boolean {
	if (failure === null) return true;
	const { element, reason, message } = failure ?? {};
	return (
		typeof element === "string" && typeof message === "string" && Object.hasOwn(ELEMENT_REMEDIES, reason)
	);
}

function isRestartToken(token: RestartToken): boolean {
	const { order, step, told, reason, failure, bootNumber, remainingMs } = token;
	return (
		(told === "open" || told === "recover") &&
		isFailure(failure) &&
		typeof order === "string" &&
		typeof reason === "string" &&
		RESTART_STEPS.includes(step) &&
		Number.isFinite(bootNumber) &&
		Number.isFinite(remainingMs)
	);
}
