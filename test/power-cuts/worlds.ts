import type { World } from "./world.js";

const MODELS = ["HL7692", "HL7800"] as const;
const MODES = ["window", "prefetch"] as const;
const SOURCES = ["avms", "local"] as const;

/** Both families, both policies, AVMS and local, four elements less one of two that are alike. */
const SETS: readonly World[] = MODELS.flatMap((model) =>
	MODES.flatMap((mode) =>
		SOURCES.map(
			(source): World => ({
				name: `${model}-${mode}-${source}`,
				model,
				mode,
				source,
				others: ["sensor", "self"],
			}),
		),
	),
);

export const WORLDS: readonly World[] = [...SETS];
