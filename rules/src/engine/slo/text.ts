/** `0.995` as `99.5 %`: as many digits as the number has, six at most. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(6))} %`;
