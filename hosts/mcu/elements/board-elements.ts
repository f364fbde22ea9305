import type { ElementPort } from "update-window/elements/element";
import { OwnMcu } from "update-window/elements/own-mcu";
import { SmpProcessor } from "update-window/elements/smp-processor";
import type { BoardParts } from "update-window/mcu/board";
import { NoTrialSlots } from "update-window/mcu/no-trial-slots";

/** What an order calls our own MCU where the board says nothing else. */
const OWN_NAME = "self";

/** The board's elements beside the modem. Nothing is opened before a window or a recovery asks for it. */
export function elementsOf({ clock, processors = [], own }: BoardParts): ElementPort[] {
	return [
		...processors.map(
			(processor): ElementPort => ({
				name: processor.name,
				kind: "smp",
				open: () => new SmpProcessor({ ...processor, clock }),
			}),
		),
		{
			name: own?.name ?? OWN_NAME,
			kind: "self",
			isOnTrial: () => own?.onTrial() ?? false,
			open: () => new OwnMcu({ name: own?.name ?? OWN_NAME, slots: own?.openSlots() ?? new NoTrialSlots() }),
		},
	];
}
