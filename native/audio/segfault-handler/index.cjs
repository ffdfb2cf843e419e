'use strict'
/** naudiodon asks for a crash log here; a crash of the audio host is seen and handled by its supervisor. */
exports.registerHandler = () => {}
