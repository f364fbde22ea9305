import type { BootSlots, BootState, SlotImage } from "update-window/io/boot-slots";
import type { OwnParts, ProcessorParts } from "update-window/mcu/board";
import { type Call, isDone } from "update-window/mcu/checked-call";
import { checkedSerial } from "update-window/mcu/checked-serial";

const NEXT: readonly unknown[] = Object.freeze(["running", "trial", "other"]);

export function checkedProcessor(
	{ serial, pullReset, ...others }: ProcessorParts,
	call: Call,
): ProcessorParts {
	const { name } = others;
	return {
		...others,
		serial: checkedSerial({ name: `${name}.serial`, port: serial, call }),
		...(pullReset && { pullReset: () => call(`${name}.pullReset`, () => pullReset(), isDone) }),
	};
}

export function checkedOwn({ name, onTrial, openSlots }: OwnParts, call: Call): OwnParts {
	return {
		name,
		onTrial: () =>
			call(
				"own.onTrial",
				() => onTrial(),
				(value) => typeof value === "boolean",
			),
		openSlots: () =>
			checkedSlots(
				call("openSlots", () => openSlots(), isSlots),
				call,
			),
	};
}

/** That an image is refused is a failure as well: the slots do not say why they throw. */
function checkedSlots(slots: BootSlots, call: Call): BootSlots {
	const act = (name: string, action: () => void) => call(`slots.${name}`, action, isDone);
	return {
		canTry: slots.canTry,
		keepsOther: slots.keepsOther,
		capacityBytes: slots.capacityBytes,
		blockBytes: slots.blockBytes,
		state: () => call("slots.state", () => slots.state(), isState),
		begin: (sizeBytes) => act("begin", () => slots.begin(sizeBytes)),
		write: (bytes) => act("write", () => slots.write(bytes)),
		finish: () => act("finish", () => slots.finish()),
		cancel: () => act("cancel", () => slots.cancel()),
		tryNext: () => act("tryNext", () => slots.tryNext()),
		untry: () => act("untry", () => slots.untry()),
		confirm: () => act("confirm", () => slots.confirm()),
		rollBack: () => act("rollBack", () => slots.rollBack()),
	};
}

function isSlots(value: unknown): boolean {
	return typeof (value as BootSlots | null | undefined)?.state === "function";
}

function isState(value: unknown): boolean {
	const { running, onTrial, other, next } = (value ?? {}) as Partial<BootState>;
	const isOther = other === undefined || isImage(other);
	return isImage(running) && typeof onTrial === "boolean" && isOther && NEXT.includes(next);
}

function isImage(value: unknown): boolean {
	const { version, hash } = (value ?? {}) as Partial<SlotImage>;
	return typeof version === "string" && typeof hash === "string";
}
