import type { SerialConstructor } from "update-window/io/serial";
import type { ProcessorParts } from "update-window/mcu/board";

/** The configuration's list of processors is none. */
export class ProcessorListError extends Error {
	override name = "ProcessorListError";
}

export interface LinProcessorsOptions {
	/** `sensor:/dev/pts/8,display:/dev/pts/9`; undefined: no processors. */
	list: unknown;
	io: SerialConstructor;
	baud: number;
	onFault(error: unknown): void;
}

/** Processors by name and serial device. Throws ProcessorListError. */
export function linProcessors({ list, ...port }: LinProcessorsOptions): ProcessorParts[] {
	if (list === undefined) return [];
	return String(list)
		.split(",")
		.map((entry) => {
			const at = entry.indexOf(":");
			if (at < 1 || at === entry.length - 1)
				throw new ProcessorListError(`Expected config.elements to be name:device,..., got ${entry}`);
			return { name: entry.slice(0, at), serial: { ...port, device: entry.slice(at + 1) } };
		});
}
