import type { Store } from "update-window/io/store";
import type { BoardParts, OpenBoard } from "update-window/mcu/board";
import { checkedParts } from "update-window/mcu/checked-parts";
import type { Settings } from "update-window/mcu/settings";
import { canonicalVersion } from "update-window/modem/version";
import { OffTime } from "update-window/off-time/off-time";
import { OrderStore } from "update-window/order/order-store";
import { Journal } from "update-window/set/journal";
import type { ProductEvent } from "update-window/window/events";
import { Product } from "update-window/window/product";

/** The key under which the inbox holds an order's envelope. */
const ORDER_KEY = "order";

export interface FirmwareOptions {
	openBoard: OpenBoard;
	settings: Settings;
}

/**
 * The product's parts on a board, put together. Events are printed as JSON lines.
 *
 * Two things can go wrong below it. A call into the board that fails is expected of hardware: the next boot is closed,
 * nothing is accepted in this one, an open window closes, and the guard goes on. An exception that nobody caught, and a
 * hold line that could not be driven, end the boot: hold is dropped and the MCU starts again, for a reset drops what
 * cannot be written.
 */
export class Firmware {
	readonly #board: BoardParts;
	readonly #settings: Settings;
	readonly #offTime: OffTime;
	readonly #orders: OrderStore;
	readonly #journal: Journal;
	readonly #product: Product<object>;
	/** A call into the board failed in this boot. */
	#failed = false;
	#faulty = false;

	/** Opens the board; throws what the board throws. */
	constructor({ openBoard, settings }: FirmwareOptions) {
		this.#settings = settings;
		const parts = openBoard({
			markEveryMs: settings.policy.markEveryMs,
			onFault: (error) => this.#fault(error),
			onPowerFail: () => this.#markFinal(),
		});
		const board = checkedParts(parts, (error) => this.#boardFailed(error));
		this.#board = board;
		const { policy } = settings;
		this.#offTime = new OffTime({
			rtc: board.rtc,
			clock: board.clock,
			markStore: board.markStore,
			flashStore: board.flashStore,
			board: board.offTime,
			resetCause: board.resetCause,
			powerFailStamp: board.powerFailStamp,
			policy,
			given: board.givenOffTimeMs,
			// After a fault the watchdog is the last that can restart the MCU.
			onMarked: () => {
				if (!this.#faulty) board.feedWatchdog();
			},
			onTrouble: (error) => this.#boardFailed(error),
		});
		this.#orders = new OrderStore({ store: board.flashStore, canonicalVersion });
		this.#journal = new Journal({ store: board.flashStore });
		this.#product = new Product({
			policy,
			clock: board.clock,
			rtc: board.rtc,
			offTime: this.#offTime,
			journal: this.#journal,
			order: () => {
				const stored = this.#orders.current();
				return stored.status === "in-force" ? stored.order : undefined;
			},
			serial: board.serial,
			resetCause: board.resetCause,
			flowControl: board.flowControl,
			family: settings.family,
			apn: settings.apn,
			emit: (event) => this.#emit(event),
			onSettled: () => this.#takeOrder(),
		});
		// The journal has been read already.
		if (this.#failed) this.#product.shut();
	}

	/** The boot up to the decision, and the release of monitoring where the window stays closed. Timers do the rest. */
	boot(): void {
		try {
			this.#product.boot();
		} catch (error) {
			this.#fault(error);
		}
	}

	/** The supply fails. What is written now is believed at the next boot only where no ordinary mark follows. */
	#markFinal(): void {
		try {
			this.#offTime.markFinal();
		} catch (error) {
			this.#fault(error);
		}
	}

	/**
	 * The next boot is closed, nothing is accepted any more in this one; whoever made the call is told by an exception. Only the
	 * first is printed: what fails once may fail at every mark.
	 */
	#boardFailed(error: Error): void {
		if (this.#failed) return;
		this.#failed = true;
		this.#offTime.distrust("board call failed");
		// The journal is read before there is a product.
		this.#product?.shut();
		this.#print({ event: "trouble", message: error.message });
	}

	/** The next boot is closed, monitoring runs, the MCU starts again; none of these stops the ones after it. */
	#fault(error: unknown): void {
		if (this.#faulty) return;
		this.#faulty = true;
		const steps = [
			() => this.#offTime.distrust("fault"),
			() => this.#product.shut(),
			() => this.#board.hold.write(false),
			() => this.#board.updating.write(false),
			() => this.#print({ event: "fault", message: String(error) }),
			() => this.#board.restart(error),
		];
		for (const step of steps) {
			try {
				step();
			} catch {
				// The fault that is being handled is the one that is told.
			}
		}
	}

	/**
	 * Takes the order that came, for the boots to come. Its signature costs an MCU seconds, so no boot waits for it (P3),
	 * and the modem is armed first.
	 */
	#takeOrder(): void {
		const { inbox } = this.#board;
		const { publicKey } = this.#settings;
		if (!publicKey || !isWaiting(inbox)) return;
		const result = this.#orders.tryOffer(() => ({ envelope: takeFrom(inbox), publicKey }));
		if (result.outcome === "accepted" && this.#journal.damaged) this.#startJournalAfresh();
		this.#emit({ event: "order", ...result });
	}

	#startJournalAfresh(): void {
		try {
			this.#journal.startAfresh();
		} catch {
			// Still damaged: the next boot is closed as this one was.
		}
	}

	/** After a fault nothing of this boot drives an output any more. */
	#emit(event: ProductEvent): void {
		if (this.#faulty) return;
		try {
			this.#drive(event);
			this.#print(
				event.event === "decided" ? { ...event, given: this.#board.givenOffTimeMs !== undefined } : event,
			);
		} catch (error) {
			// Whoever emits may catch it, so it is handled before it passes.
			this.#fault(error);
			throw error;
		}
	}

	#drive(event: ProductEvent): void {
		if (event.event === "decided") this.#board.hold.write(event.window !== "closed");
		if (event.event === "state") this.#board.updating.write(isUpdating(event.value));
		if (event.event === "released") this.#release();
	}

	#release(): void {
		this.#board.hold.write(false);
		this.#board.updating.write(false);
	}

	#print({ event, ...fields }: { event: string } & Readonly<Record<string, unknown>>): void {
		const line = JSON.stringify({ event, at: Math.round(this.#board.clock.now()), ...fields });
		try {
			this.#board.print(line);
		} catch {
			// A line of the log is worth no restart; that the call failed is known.
		}
	}
}

/** An inbox that cannot be read is judged, too: as unreadable. */
function isWaiting(inbox: Store): boolean {
	try {
		return inbox.read(ORDER_KEY) !== undefined;
	} catch {
		return true;
	}
}

/** Whatever becomes of it, it is judged once. */
function takeFrom(inbox: Store): Uint8Array {
	const envelope = inbox.read(ORDER_KEY) ?? new ArrayBuffer(0);
	inbox.delete(ORDER_KEY);
	return new Uint8Array(envelope);
}

/** The modem installs, or may install: from `sent` until the read-back, and all through a recovery. */
function isUpdating(state: unknown): boolean {
	const open = (state as { open?: unknown }).open;
	return state === "recovering" || (typeof open === "object" && open !== null && "committing" in open);
}
