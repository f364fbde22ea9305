/** An identity query whose information line cannot be taken for that of another command. */
export interface SyncQuery {
	command: string;
	/** Other commands whose information line looks the same. */
	alike: readonly string[];
	/** True for this query's own information line, and for no line of another query. */
	isOwnLine(line: string): boolean;
}
