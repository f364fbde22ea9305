import type { ElementPort } from "../elements/element.js";
import type { Journal } from "../set/journal.js";

/**
 * Takes back an image of our own MCU that runs on trial in a boot that does not go on with its update: the journal cannot be
 * read, or knows of no update, or the order cannot be verified. Returns the element's name where the MCU has to start again;
 * the old image runs then. undefined where nothing is on trial, where nothing can be taken back, and where the boot before
 * tried the same: an MCU that runs the image all the same is not started again and again.
 */
export function rejectOwnTrial({
	ports,
	journal,
	bootNumber,
}: {
	ports: readonly ElementPort[];
	journal: Journal;
	bootNumber: number;
}): string | undefined {
	const port = ports.find(({ kind }) => kind === "self");
	if (!port) return undefined;
	try {
		if (port.isOnTrial?.() === false) return undefined;
		const own = port.open();
		let mustRestart = false;
		own.query((_, status) => {
			if (status?.state !== "trial" || !status.other || !journal.mayRejectTrial(bootNumber)) return;
			own.reject(status.other, (error) => {
				mustRestart = error === undefined;
			});
		});
		own.close();
		return mustRestart ? port.name : undefined;
	} catch {
		// Monitoring starts with what runs.
		return undefined;
	}
}
