/** How people recognise the states of a card; what else it says is up to the card's own tests. */
export const WAITS = /needs an approval/
export const IS_BACK = /is back/
export const IS_REJECTED = /rejected by @lead/
export const IS_APPLYING = /applying/
export const NOTHING_WRONG = /nothing is wrong/
export const CANNOT_HELP = /applying the agents again would not help/
