import type { Model } from "../../hosts/emulator/families.js";
import { VERSIONS } from "../support/orders.js";
import { signedEnvelope } from "../support/signing.js";

/** An order from any of the family's versions to one of them. */
export function orderOf(model: Model, sequence: number, to: string, sizeBytes: number): object {
	return {
		schema: 1,
		sequence,
		elements: [
			{
				name: "modem",
				kind: "modem",
				model,
				from: VERSIONS[model].filter((version) => version !== to),
				to,
				sizeBytes,
				sources: ["avms"],
			},
		],
	};
}

export function signedOrderOf(model: Model, sequence: number, to: string, sizeBytes: number): Uint8Array {
	return signedEnvelope(orderOf(model, sequence, to, sizeBytes));
}
