import { OrderFetch } from "update-window/images/order-fetch";
import type { Serial } from "update-window/io/serial";
import type { Store } from "update-window/io/store";
import type { BoardParts } from "update-window/mcu/board";
import { ConsoleOrder } from "update-window/order/console-order";
import type { OfferResult } from "update-window/order/order-store";

/** The key under which the inbox holds an order's envelope. */
const ORDER_KEY = "order";
const ORDER_EVERY_MS = 3_600_000;

export interface OrderInletsOptions {
	board: BoardParts;
	/** Judges an envelope and stores a good one for the boots to come. What reading it throws is a refusal. */
	offer(read: () => Uint8Array): OfferResult;
	/** An order was begun and did not come whole, or could not be asked for. */
	onProblem(error: Error): void;
}

/**
 * The ways by which an order comes: storage, a web server, the service console. It is opened while the product monitors and no
 * earlier, for the check of a signature costs an MCU seconds, and no window may have another order under it.
 */
export class OrderInlets {
	readonly #options: OrderInletsOptions;
	readonly #console: ConsoleOrder;
	#port: Serial | undefined;

	constructor(options: OrderInletsOptions) {
		this.#options = options;
		const { board, offer, onProblem } = options;
		this.#console = new ConsoleOrder({
			clock: board.clock,
			onEnvelope: (envelope) => {
				offer(() => envelope);
			},
			onError: onProblem,
		});
	}

	/** Takes what waits in storage, then asks and listens. */
	open(): void {
		const { inbox } = this.#options.board;
		if (isWaiting(inbox)) this.#options.offer(() => takeFrom(inbox));
		this.#openConsole();
		this.#openWeb();
	}

	/** One that does not open is a call into the board that failed, as any other; the other ways stay open. */
	#openConsole(): void {
		const { board, onProblem } = this.#options;
		if (!board.console) return;
		const { io: Io, ...port } = board.console;
		try {
			this.#port = new Io({
				...port,
				format: "buffer",
				onReadable: () => this.#take(),
				onError: () => {
					this.#port = undefined;
					this.#console.close();
				},
			});
		} catch (error) {
			onProblem(error as Error);
		}
	}

	#take(): void {
		try {
			const bytes = this.#port?.read();
			if (bytes instanceof ArrayBuffer) this.#console.receive(new Uint8Array(bytes));
		} catch (error) {
			this.#console.close();
			this.#options.onProblem(error as Error);
		}
	}

	#openWeb(): void {
		const { board, offer, onProblem } = this.#options;
		const { web, clock } = board;
		if (web?.orderPath === undefined) return;
		new OrderFetch({
			http: web.http,
			path: web.orderPath,
			clock,
			fetchEveryMs: web.orderEveryMs ?? ORDER_EVERY_MS,
			onEnvelope: (envelope) => {
				const result = offer(() => envelope);
				// What only our own storage would not take may be taken the next time.
				return result.outcome !== "refused" || result.reason !== "not-stored";
			},
			onError: onProblem,
		}).start();
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
