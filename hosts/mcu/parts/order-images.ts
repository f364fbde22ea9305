import { Fetcher, type WantedFile } from "update-window/images/fetcher";
import { FileSource } from "update-window/images/file-source";
import { HttpSource } from "update-window/images/http-source";
import type { ImageSource } from "update-window/images/image-source";
import type { BoardParts } from "update-window/mcu/board";
import type { UpdateOrder } from "update-window/order/order";

export interface OrderImagesOptions {
	board: BoardParts;
	/** The order in force. */
	order: () => UpdateOrder | undefined;
	/** How often files are asked for that are not there yet, in ms. */
	fetchEveryMs: number;
	/** All files of the order are there; or they are not, and why. */
	onEnd(problem: Error | undefined): void;
}

/** The images that the order in force names: in the product's storage, else on its web server. */
export class OrderImages {
	readonly #options: OrderImagesOptions;
	#fetcher: Fetcher | undefined;
	#timer: unknown;

	constructor(options: OrderImagesOptions) {
		this.#options = options;
	}

	/**
	 * What is in storage in its full size comes from there, for it may be the file itself or what an earlier fetch has brought; else,
	 * where the board has a web server, it is read from that. Undefined where the board has neither. Whoever reads hashes all of it.
	 */
	open(name: string): ImageSource | undefined {
		const { images, web, clock } = this.#options.board;
		const sizeBytes = this.#files().find((file) => file.name === name)?.sizeBytes;
		if (images) {
			const stored = new FileSource({ store: images, name });
			if (!web || sizeBytes === undefined || stored.sizeBytes === sizeBytes) return stored;
			stored.close();
		}
		if (!web || sizeBytes === undefined) return undefined;
		return new HttpSource({ http: web.http, path: web.imagesPath + name, sizeBytes, clock });
	}

	/**
	 * Copies what the order names into the product's storage, now and then every `fetchEveryMs` until it is there; a fetch that goes on
	 * is given up for the order in force by now. Does nothing on a board without storage or web server.
	 */
	fetch(): void {
		const { board, order, fetchEveryMs, onEnd } = this.#options;
		const { clock } = board;
		this.stop();
		const wanted = order();
		const files = this.#files(wanted);
		const fetcher = files.length > 0 ? this.#open() : undefined;
		if (!wanted || !fetcher) return;
		fetcher.fetch({ order: wanted.digest, files }, (error) => {
			if (error) this.#timer = clock.setTimeout(() => this.fetch(), fetchEveryMs);
			onEnd(error);
		});
	}

	/** Ends a fetch; what is there stays. */
	stop(): void {
		this.#fetcher?.cancel();
		this.#options.board.clock.clearTimeout(this.#timer);
	}

	#open(): Fetcher | undefined {
		const { board } = this.#options;
		const { images, web, clock, flashStore, newDigest } = board;
		if (!images || !web) return undefined;
		this.#fetcher ??= new Fetcher({
			images,
			store: flashStore,
			clock,
			newDigest,
			openSource: ({ name, sizeBytes }, tag) =>
				new HttpSource({ http: web.http, path: web.imagesPath + name, sizeBytes, clock, tag }),
		});
		return this.#fetcher;
	}

	/** No two elements need one file twice. */
	#files(order: UpdateOrder | undefined = this.#options.order()): WantedFile[] {
		const files = new Map<string, WantedFile>();
		for (const { file, sizeBytes } of order?.elements ?? [])
			if (file) files.set(file.image, { name: file.image, sizeBytes, sha256: file.sha256 });
		return [...files.values()];
	}
}
