import { CALLED, type Heard, hear, textOf } from "./answers.js";
import type { CaseResult, Cases } from "./cases.js";

/**
 * Every split of every transcript: cut in two at each of its bytes, and in pieces of each fixed size. Whatever the split,
 * the same is heard. (All splits of a text of n bytes are 2^(n-1); a reader that keeps nothing but the line so far cannot
 * tell a further cut from one of these.)
 */
export const splits: Cases = {
	name: "splits",
	count: CALLED.length * 2,
	run(number): CaseResult {
		const exchange = CALLED[number >> 1] as (typeof CALLED)[number];
		const text = textOf(exchange, (number & 1) === 1);
		const whole = hear(exchange, [text]);
		const faults = [...whole.faults];
		let noiseBytes = text.length;
		const compare = (heard: Heard, how: string): void => {
			noiseBytes += text.length;
			faults.push(...heard.faults);
			for (const what of ["results", "indications"] as const)
				if (heard[what].join() !== whole[what].join())
					faults.push(`P8: ${exchange.command} cut ${how}: ${heard[what].join()}, not ${whole[what].join()}`);
		};
		for (let at = 1; at < text.length; at++)
			compare(hear(exchange, [text.slice(0, at), text.slice(at)]), `at ${at}`);
		for (let size = 1; size < text.length; size++)
			compare(hear(exchange, piecesOf(text, size)), `in pieces of ${size}`);
		return {
			faults,
			log: [exchange.command, ...whole.results, ...whole.indications, `${noiseBytes}`],
			noiseBytes,
		};
	},
};

function piecesOf(text: string, size: number): string[] {
	const pieces: string[] = [];
	for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
	return pieces;
}
