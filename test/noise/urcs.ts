import { CALLED, hear, textOf } from "./answers.js";
import type { CaseResult, Cases } from "./cases.js";
import { UNSOLICITED } from "./corpus.js";

const EXCHANGES = CALLED.length * 2;

/**
 * Every unsolicited line put into every response at each of its bytes. Between two lines, where a modem can put it, nothing
 * else changes and it is heard. Within a line, where only a broken one would, the answer may be lost or be a piece of the true one, for a line has
 * no check sum; it is told once, and never put together of both.
 */
export const urcs: Cases = {
	name: "urcs",
	count: EXCHANGES * UNSOLICITED.length,
	run(number): CaseResult {
		const exchange = CALLED[(number % EXCHANGES) >> 1] as (typeof CALLED)[number];
		const urc = UNSOLICITED[Math.floor(number / EXCHANGES) % UNSOLICITED.length] as string;
		const text = textOf(exchange, (number & 1) === 1);
		const whole = hear(exchange, [text]);
		const alone = hear(exchange, [text, `\r\n${urc}\r\n`]);
		const faults: string[] = [];
		const log = [`${exchange.command} ${urc}`];
		let noiseBytes = 0;
		for (let at = 0; at <= text.length; at++) {
			const disturbed = `${text.slice(0, at)}\r\n${urc}\r\n${text.slice(at)}`;
			noiseBytes += disturbed.length;
			const heard = hear(exchange, [disturbed]);
			faults.push(...heard.faults);
			const where = `${urc} at ${at} of ${exchange.command}`;
			const isBetween = isLineStart(text, at);
			const [result = ""] = heard.results;
			if (isBetween && result !== whole.results[0])
				faults.push(`P8: ${where}: ${result}, not ${whole.results[0]}`);
			if (isBetween && sorted(heard.indications) !== sorted(alone.indications))
				faults.push(`P8: ${where}: ${heard.indications.join()}, not ${alone.indications.join()}`);
			if (!isBetween && result.startsWith('"') && !disturbed.includes(JSON.parse(result) as string))
				faults.push(`P8: ${where}, within a line: ${result}, which nobody said`);
			log.push(result);
		}
		return { faults, log, noiseBytes };
	},
};

function isLineStart(text: string, at: number): boolean {
	return at === 0 || at === text.length || text[at - 1] === "\r" || text[at - 1] === "\n";
}

function sorted(lines: readonly string[]): string {
	return [...lines].sort().join();
}
