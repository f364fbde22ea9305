/** Of the images that processors run in a trial, and of those that they are to get. */
export const OLD = "1.0.0";
export const NEW = "1.1.0";
