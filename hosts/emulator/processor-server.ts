import { BOOTLOADER_NUMBERS, type ProcessorBehaviour } from "./processor-behaviour.js";
import { type CborItem, decodeMap } from "./processor-cbor.js";
import type { ProcessorFlash } from "./processor-flash.js";
import { equalBytes, imageFacts } from "./processor-image.js";

/** An answer, what it costs the server in time, and what it does after it was sent. */
export interface ServerAnswer {
	map: { readonly [key: string]: CborItem };
	busyMs?: number;
	resets?: boolean;
}

/** Numbers of `enum img_mgmt_err_code_t` of Zephyr, and what `img_mgmt_translate_error_code` makes of them. */
const IMAGE_ERRORS = Object.freeze({
	HASH_NOT_FOUND: Object.freeze({ rc: 8, legacy: 1 }),
	NO_FREE_SLOT: Object.freeze({ rc: 9, legacy: 6 }),
	INVALID_OFFSET: Object.freeze({ rc: 20, legacy: 3 }),
	INVALID_LENGTH: Object.freeze({ rc: 21, legacy: 3 }),
	INVALID_IMAGE_HEADER: Object.freeze({ rc: 22, legacy: 3 }),
	INVALID_IMAGE_HEADER_MAGIC: Object.freeze({ rc: 23, legacy: 1 }),
	INVALID_HASH: Object.freeze({ rc: 24, legacy: 3 }),
	IMAGE_ALREADY_PENDING: Object.freeze({ rc: 28, legacy: 6 }),
	INVALID_IMAGE_TOO_LARGE: Object.freeze({ rc: 30, legacy: 1 }),
	INVALID_IMAGE_DATA_OVERRUN: Object.freeze({ rc: 31, legacy: 1 }),
	IMAGE_SETTING_TEST_TO_ACTIVE_DENIED: Object.freeze({ rc: 33, legacy: 1 }),
} as const);
const WORDS: Readonly<Record<string, string>> = Object.freeze({
	INVALID_IMAGE_TOO_LARGE: "image too large",
	NO_FREE_SLOT: "no slot",
	INVALID_IMAGE_HEADER_MAGIC: "magic mismatch",
});

const GROUP_IMAGE = 1;
const EINVAL = 3;
const ENOTSUP = 8;
const HEADER_BYTES_MIN = 32;
const HASH_BYTES = 32;

interface Upload {
	sha: Uint8Array | undefined;
	nextBytes: number;
	sizeBytes: number;
}

/** What an SMP server of Zephyr does, as long as its image runs: the OS and image groups, as far as an update needs them. */
export class ProcessorServer {
	readonly #flash: ProcessorFlash;
	readonly #behaviour: ProcessorBehaviour;
	/** In RAM: a restart forgets it. */
	#upload: Upload | undefined;

	constructor({ flash, behaviour }: { flash: ProcessorFlash; behaviour: ProcessorBehaviour }) {
		this.#flash = flash;
		this.#behaviour = behaviour;
	}

	/** `command` is the operation, the group and the id, as `2/1/0`. `version` is that of the request. */
	answer(command: string, body: Uint8Array, version: number): ServerAnswer {
		const handler = this.#handlers[command];
		if (!handler) return { map: { rc: ENOTSUP } };
		let request: Map<string, CborItem>;
		try {
			request = decodeMap(body);
		} catch {
			return { map: { rc: EINVAL } };
		}
		const answer = handler(request);
		if (typeof answer !== "string") return answer;
		const { rc, legacy } = IMAGE_ERRORS[answer];
		if (version > 0 && this.#behaviour.errors === "version-2")
			return { map: { err: { group: GROUP_IMAGE, rc } } };
		const words = WORDS[answer];
		return { map: words ? { rc: legacy, rsn: words } : { rc: legacy } };
	}

	readonly #handlers: Readonly<
		Record<string, (request: Map<string, CborItem>) => ServerAnswer | keyof typeof IMAGE_ERRORS>
	> = {
		"2/0/0": (request) => ({ map: { r: request.get("d") ?? "" } }),
		"2/0/5": () => ({ map: {}, resets: true }),
		"0/0/6": (): ServerAnswer =>
			this.#behaviour.tellsBuffer
				? { map: { buf_size: this.#behaviour.bufferBytes, buf_count: 4 } }
				: { map: { rc: ENOTSUP } },
		"0/0/8": (request) => this.#bootloader(request),
		"0/1/0": () => this.#list(),
		"2/1/0": (request) => this.#setState(request),
		"2/1/1": (request) => this.#take(request),
		"2/1/5": () => this.#erase(),
	};

	#bootloader(request: Map<string, CborItem>): ServerAnswer {
		const { tellsBootloader, bootloader, noDowngrade } = this.#behaviour;
		if (!tellsBootloader) return { map: { rc: ENOTSUP } };
		if (request.get("query") !== "mode") return { map: { bootloader: "MCUboot" } };
		const mode = BOOTLOADER_NUMBERS[bootloader];
		return { map: noDowngrade ? { mode, "no-downgrade": true } : { mode } };
	}

	/** Which slots are active, confirmed, pending and permanent: `img_mgmt_state_read` and `img_mgmt_get_next_boot_slot`. */
	#list(): ServerAnswer {
		const { slots, confirmed, pending } = this.#flash;
		const images: CborItem[] = [];
		for (const slot of [0, 1] as const) {
			const facts = slot === 1 && this.#flash.unlisted ? undefined : imageFacts(slots[slot]);
			if (!facts) continue;
			const flags: Record<string, boolean> = {
				bootable: facts.bootable,
				pending: slot === 1 && pending !== null,
				confirmed: slot === 0 ? confirmed : !confirmed,
				active: slot === 0,
				permanent: slot === 1 && pending === "permanent",
			};
			const shown = Object.entries(flags).filter(([, value]) => value || !this.#behaviour.frugal);
			images.push({ slot, version: facts.version, hash: facts.hash, ...Object.fromEntries(shown) });
		}
		return { map: this.#behaviour.frugal ? { images } : { images, splitStatus: 0 } };
	}

	/** `img_mgmt_state_write` and `img_mgmt_set_next_boot_slot`. */
	#setState(request: Map<string, CborItem>): ServerAnswer | keyof typeof IMAGE_ERRORS {
		const flash = this.#flash;
		const hash = request.get("hash");
		const confirm = request.get("confirm") === true;
		if (hash === undefined ? !confirm : !(hash instanceof Uint8Array) || hash.length !== HASH_BYTES)
			return "INVALID_HASH";
		const slot = hash === undefined ? 0 : this.#slotOf(hash as Uint8Array);
		if (slot === undefined) return "HASH_NOT_FOUND";
		if (slot === 0 && !confirm) return "IMAGE_SETTING_TEST_TO_ACTIVE_DENIED";
		if (!flash.confirmed) {
			if (!confirm) return "IMAGE_ALREADY_PENDING";
			if (slot === 0) {
				flash.confirmed = true;
				flash.unlisted = this.#behaviour.bootloader === "swap-offset";
			}
			return this.#list();
		}
		if (flash.pending === "test") {
			if (confirm || slot === 0) return "IMAGE_ALREADY_PENDING";
		} else if (flash.pending === "permanent") {
			if (!confirm || slot === 0) return "IMAGE_ALREADY_PENDING";
		} else if (slot === 1) {
			flash.pending = confirm ? "permanent" : "test";
		}
		return this.#list();
	}

	/** `img_mgmt_upload` and `img_mgmt_upload_inspect`. */
	#take(request: Map<string, CborItem>): ServerAnswer | keyof typeof IMAGE_ERRORS {
		const off = request.get("off");
		const data = request.get("data");
		if (typeof off !== "number" || !(data instanceof Uint8Array)) return "INVALID_OFFSET";
		let busyMs = 0;
		if (off === 0) {
			const sizeBytes = request.get("len");
			const sha = request.get("sha");
			if (data.length < HEADER_BYTES_MIN) return "INVALID_IMAGE_HEADER";
			if (typeof sizeBytes !== "number") return "INVALID_LENGTH";
			if (new DataView(data.buffer, data.byteOffset).getUint32(0, true) !== 0x96f3b83d)
				return "INVALID_IMAGE_HEADER_MAGIC";
			if (sha instanceof Uint8Array && this.#upload?.sha && equalBytes(sha, this.#upload.sha))
				return { map: { off: this.#upload.nextBytes } };
			if (this.#flash.pending !== null || !this.#flash.confirmed) return "NO_FREE_SLOT";
			if (sizeBytes > this.#behaviour.slotBytes) return "INVALID_IMAGE_TOO_LARGE";
			if (this.#flash.slots[1].length > 0) busyMs = this.#behaviour.eraseMs;
			this.#flash.slots[1] = new Uint8Array(sizeBytes).fill(0xff);
			this.#flash.unlisted = false;
			this.#upload = { sha: sha instanceof Uint8Array ? sha : undefined, nextBytes: 0, sizeBytes };
		}
		const upload = this.#upload;
		// Nothing goes on: the client has to begin again.
		if (!upload) return { map: { off: 0 } };
		if (off !== upload.nextBytes) return { map: { off: upload.nextBytes } };
		if (off + data.length > upload.sizeBytes) return "INVALID_IMAGE_DATA_OVERRUN";
		this.#flash.slots[1].set(data, off);
		upload.nextBytes += data.length;
		if (upload.nextBytes === upload.sizeBytes) this.#upload = undefined;
		return { map: { off: upload.nextBytes }, busyMs };
	}

	#erase(): ServerAnswer | keyof typeof IMAGE_ERRORS {
		const flash = this.#flash;
		if (!flash.confirmed || (flash.pending !== null && !this.#behaviour.erasesPending)) return "NO_FREE_SLOT";
		const isEmpty = flash.slots[1].length === 0;
		flash.slots[1] = new Uint8Array(0);
		flash.pending = null;
		flash.unlisted = false;
		this.#upload = undefined;
		return { map: {}, busyMs: isEmpty ? 0 : this.#behaviour.eraseMs };
	}

	#slotOf(hash: Uint8Array): 0 | 1 | undefined {
		for (const slot of [0, 1] as const) {
			const facts = slot === 1 && this.#flash.unlisted ? undefined : imageFacts(this.#flash.slots[slot]);
			if (facts && equalBytes(facts.hash, hash)) return slot;
		}
		return undefined;
	}
}
