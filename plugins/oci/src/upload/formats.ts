/** How files can be packed, the default first. */
export const FORMATS = ['modelpack', 'modelcar'] as const;

export type Format = (typeof FORMATS)[number];
