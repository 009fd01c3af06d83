/** The host of models that came from nowhere: of imports that have no better name. There is no registry behind it. */
export const LOCAL_HOST = 'localhost';
