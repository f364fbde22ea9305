import type { CborMap } from "../smp/cbor-reader.js";
import { type SlotState, slotsOf } from "../smp/images.js";
import type { ElementImage, ElementState, ElementStatus } from "./element.js";

/** What runs on a processor, and what lies beside it. */
export interface ProcessorSlots {
	running: SlotState;
	other: SlotState | undefined;
}

/** From an image list; undefined where it names nothing that runs. */
export function processorSlotsOf(answer: CborMap): ProcessorSlots | undefined {
	const slots = slotsOf(answer) ?? [];
	const running = slots.find((slot) => slot.active);
	return running && { running, other: slots.find((slot) => slot !== running) };
}

/** Slots in which nothing moved: the same images, with the same flags. */
export function equalSlots(a: ProcessorSlots, b: ProcessorSlots): boolean {
	return textOf(a) === textOf(b);
}

export function stateOf({ running, other }: ProcessorSlots): ElementState {
	if (!running.confirmed) return "trial";
	if (!other?.bootable) return "ready";
	return other.pending ? "staged" : "candidate";
}

export function statusOf(slots: ProcessorSlots): ElementStatus {
	const { running, other } = slots;
	return {
		state: stateOf(slots),
		running: imageOf(running),
		other: other?.bootable ? imageOf(other) : undefined,
	};
}

/** What has to be done next for `old` to run for good with nothing pending; `lost`: it is in neither slot. */
export type StepBack = "none" | "erase" | "confirm" | "reset" | "lost";

/**
 * The rules are those of Zephyr's `img_mgmt_set_next_boot_slot`: while a test is pending nothing can be confirmed, and an
 * image that is pending can only be erased, where the server is built to allow that, or run by a reset; an image on trial
 * goes back at any reset; an older image that is confirmed from the other slot runs for good from the next reset on.
 */
export function nextStepBack(slots: ProcessorSlots, old: ElementImage, mayErase: boolean): StepBack {
	const { running, other } = slots;
	if (running.hash === old.hash) {
		if (other?.pending) return mayErase ? "erase" : "reset";
		return running.confirmed ? "none" : "confirm";
	}
	if (other?.hash !== old.hash || !other.bootable) return "lost";
	return running.confirmed && !other.pending ? "confirm" : "reset";
}

function imageOf({ version, hash }: SlotState): ElementImage {
	return { version, hash };
}

function textOf({ running, other }: ProcessorSlots): string {
	return [running, other].map((slot) => (slot ? Object.values(slot).join() : "")).join(";");
}
