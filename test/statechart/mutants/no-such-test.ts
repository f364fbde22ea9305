/** What is said of a detector by a name that none has. */
export const NO_SUCH_TEST = "there is no such test";
