import { FETCH_FILES_MAX, Fetcher, type WantedFile } from "../../../modules/images/fetcher.js";
import { FileSource } from "../../../modules/images/file-source.js";
import { HttpSource } from "../../../modules/images/http-source.js";
import type { ImageSource } from "../../../modules/images/image-source.js";
import type { Clock } from "../../../modules/io/clock.js";
import type { ImageStore } from "../../../modules/io/image-store.js";
import type { Store } from "../../../modules/io/store.js";
import type { UpdateOrder } from "../../../modules/order/order.js";
import type { WebAddress } from "./web-address.js";

export interface OrderImagesOptions {
	clock: Clock;
	order: () => UpdateOrder | undefined;
	/** What the user has put there; it is read only. */
	given: ImageStore | undefined;
	/** What was fetched: the product's own storage. */
	fetched: ImageStore;
	/** Where the record of what was fetched goes. */
	flash: Store;
	web: WebAddress | undefined;
}

/** The images that the order in force names: where the user has put them, else as fetched before, else from their web server. */
export class OrderImages {
	readonly #options: OrderImagesOptions;
	#fetcher: Fetcher | undefined;

	constructor(options: OrderImagesOptions) {
		this.#options = options;
	}

	/** Whoever reads hashes all of it. Undefined where there is no place for it to be. */
	open(name: string): ImageSource | undefined {
		const { given, fetched, web, clock } = this.#options;
		const sizeBytes = this.#files().find((file) => file.name === name)?.sizeBytes;
		const wanted = { name, sizeBytes: sizeBytes ?? 0 };
		if (given && (!web || sizeOf(given, name) !== undefined)) return new FileSource({ store: given, name });
		if (!web || sizeBytes === undefined) return undefined;
		if (sizeOf(fetched, name) === sizeBytes) return new FileSource({ store: fetched, name });
		return this.#onWeb(web, wanted, clock, undefined);
	}

	/** Copies what the order names into the product's own storage. `done` comes once, unless `stop` came before it. */
	fetch(done: (problem: Error | undefined) => void): void {
		const { order, fetched, flash, web, clock } = this.#options;
		const wanted = order();
		const files = this.#files();
		if (!web || !wanted || files.length === 0 || files.length > FETCH_FILES_MAX) return done(undefined);
		this.#fetcher = new Fetcher({
			images: fetched,
			store: flash,
			clock,
			openSource: (file, tag) => this.#onWeb(web, file, clock, tag),
		});
		this.#fetcher.fetch({ order: wanted.digest, files }, done);
	}

	/** What is there stays, to be gone on with. */
	stop(): void {
		this.#fetcher?.cancel();
	}

	#onWeb(
		{ http, path }: WebAddress,
		{ name, sizeBytes }: { name: string; sizeBytes: number },
		clock: Clock,
		tag: string | undefined,
	): HttpSource {
		return new HttpSource({ http, path: path + name, sizeBytes, clock, tag });
	}

	/** No two elements need one file twice. */
	#files(): WantedFile[] {
		const files = new Map<string, WantedFile>();
		for (const { file, sizeBytes } of this.#options.order()?.elements ?? [])
			if (file) files.set(file.image, { name: file.image, sizeBytes, sha256: file.sha256 });
		return [...files.values()];
	}
}

function sizeOf(store: ImageStore, name: string): number | undefined {
	try {
		const file = store.open(name);
		const sizeBytes = file?.sizeBytes;
		file?.close();
		return sizeBytes;
	} catch {
		return undefined;
	}
}
