/** The one locale of every word, number and date; what is typed is read in it too. Imports nothing, so it is ready first. */

export const LOCALE = "en-US";
