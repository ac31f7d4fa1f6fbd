console.log('the bot runs');
