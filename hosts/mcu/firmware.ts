import type { BoardParts, OpenBoard } from "update-window/mcu/board";
import type { Settings } from "update-window/mcu/settings";
import { canonicalVersion } from "update-window/modem/version";
import { OffTime } from "update-window/off-time/off-time";
import { OrderRefusedError } from "update-window/order/order-refused-error";
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

/** The product's parts on a board, put together. Events are printed as JSON lines. */
export class Firmware {
	readonly #board: BoardParts;
	readonly #settings: Settings;
	readonly #offTime: OffTime;
	readonly #orders: OrderStore;
	readonly #product: Product<object>;
	#faulty = false;

	/** Opens the board; throws what the board throws. */
	constructor({ openBoard, settings }: FirmwareOptions) {
		this.#settings = settings;
		const board = openBoard({
			markEveryMs: settings.policy.markEveryMs,
			onFault: (error) => this.#fault(error),
			onPowerFail: () => this.#offTime.markFinal(),
		});
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
			onMarked: () => board.feedWatchdog(),
			onTrouble: (error) => this.#print({ event: "trouble", message: error.message }),
		});
		this.#orders = new OrderStore({ store: board.flashStore, canonicalVersion });
		this.#product = new Product({
			policy,
			clock: board.clock,
			rtc: board.rtc,
			offTime: this.#offTime,
			journal: new Journal({ store: board.flashStore }),
			order: () => {
				const stored = this.#orders.current();
				return stored.status === "in-force" ? stored.order : undefined;
			},
			serial: board.serial,
			flowControl: board.flowControl,
			family: settings.family,
			apn: settings.apn,
			emit: (event) => this.#emit(event),
			onSettled: () => this.#takeOrder(),
		});
	}

	/** The boot up to the decision, and the release of monitoring where the window stays closed. Timers do the rest. */
	boot(): void {
		try {
			this.#product.boot();
		} catch (error) {
			this.#fault(error);
		}
	}

	/** The next boot is closed, monitoring runs, the MCU starts again; none of these stops the ones after it. */
	#fault(error: unknown): void {
		if (this.#faulty) return;
		this.#faulty = true;
		const steps = [
			() => this.#offTime.distrust("fault"),
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
		try {
			const envelope = inbox.read(ORDER_KEY);
			if (!envelope || !publicKey) return;
			// Whatever becomes of it, it is judged once.
			inbox.delete(ORDER_KEY);
			const { outcome } = this.#orders.offer(new Uint8Array(envelope), publicKey);
			this.#emit({ event: "order", outcome });
		} catch (error) {
			const reason = error instanceof OrderRefusedError ? error.reason : "unreadable";
			this.#emit({ event: "order", outcome: "refused", reason, message: (error as Error).message });
		}
	}

	#emit(event: ProductEvent): void {
		if (event.event === "decided") this.#board.hold.write(event.window !== "closed");
		if (event.event === "state") this.#board.updating.write(isUpdating(event.value));
		if (event.event === "released") this.#release();
		this.#print(
			event.event === "decided" ? { ...event, given: this.#board.givenOffTimeMs !== undefined } : event,
		);
	}

	#release(): void {
		this.#board.hold.write(false);
		this.#board.updating.write(false);
	}

	#print({ event, ...fields }: { event: string } & Readonly<Record<string, unknown>>): void {
		this.#board.print(JSON.stringify({ event, at: Math.round(this.#board.clock.now()), ...fields }));
	}
}

/** The modem installs, or may install: from `sent` until the read-back, and all through a recovery. */
function isUpdating(state: unknown): boolean {
	const open = (state as { open?: unknown }).open;
	return state === "recovering" || (typeof open === "object" && open !== null && "committing" in open);
}
