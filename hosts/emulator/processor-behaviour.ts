/** How MCUboot updates. `swap-offset` keeps the old image where Zephyr's SMP server does not find it once the new one is confirmed (seen with Zephyr 4.4.0). */
export type Bootloader = "swap-scratch" | "swap-move" | "swap-offset" | "overwrite";

/** What MCUboot calls them in an answer to `query: mode` (Zephyr, "OS management group"). */
export const BOOTLOADER_NUMBERS: Readonly<Record<Bootloader, number>> = Object.freeze({
	"swap-scratch": 1,
	overwrite: 2,
	"swap-move": 3,
	"swap-offset": 9,
});

/**
 * `runs`: as it should. `silent`: it runs and its SMP server does not. `crashes`: a fault resets it soon after its start.
 * `keeps-itself`: it confirms itself without being asked.
 */
export type ImageConduct = "runs" | "silent" | "crashes" | "keeps-itself";

/** Where processors differ from each other. */
export interface ProcessorBehaviour {
	bootloader: Bootloader;
	/** The bootloader runs no version below the one that it would replace; an automatic revert is no such thing. */
	noDowngrade: boolean;
	/** The server tells the bootloader's mode. */
	tellsBootloader: boolean;
	/** The server tells how large its buffer is. */
	tellsBuffer: boolean;
	/** Of a frame: length, packet and CRC. */
	bufferBytes: number;
	slotBytes: number;
	/** `version-2` where the request asks for it, else `legacy`, as of Zephyr 3.5; older servers know `legacy` alone. */
	errors: "version-2" | "legacy";
	/** Lists and maps of indefinite length in answers. */
	indefinite: boolean;
	/** An image list names only the flags that are set. */
	frugal: boolean;
	/** An image that is pending may be erased. */
	erasesPending: boolean;
	/** What a shell or a log puts on the console: nothing, a prompt before each answer, or lines between all lines. */
	noise: "none" | "prompt" | "log";
	/** How the images behave, by version as the server tells it. Default: `runs`. */
	images: Readonly<Record<string, ImageConduct>>;
	answerDelayMs: number;
	/** Of a whole slot. */
	eraseMs: number;
	/** Of the two slots, or of one over the other. */
	swapMs: number;
	/** From the jump into an image until its server answers. */
	bootMs: number;
}

export const DEFAULT_PROCESSOR_BEHAVIOUR: ProcessorBehaviour = Object.freeze({
	bootloader: "swap-move",
	noDowngrade: false,
	tellsBootloader: true,
	tellsBuffer: true,
	bufferBytes: 384,
	slotBytes: 1_048_576,
	errors: "version-2",
	indefinite: true,
	frugal: false,
	erasesPending: false,
	noise: "none",
	images: Object.freeze({}),
	answerDelayMs: 2,
	eraseMs: 3_000,
	swapMs: 20_000,
	bootMs: 500,
});
