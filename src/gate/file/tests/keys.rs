//! Keys that stand for those of a person: they log in nowhere.

/// One key of each kind that a change may hide, as ssh-keygen and OpenSSL write them.
pub const KEYS: [&str; 6] = [
    OPENSSH,
    OPENSSH_ENCRYPTED,
    PKCS8,
    PKCS8_ENCRYPTED,
    SEC1,
    PKCS1,
];
pub const OPENSSH: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\n\
    b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n\
    QyNTUxOQAAACCL6vozbTKR8G7OpQsuU/mix/ceoKMx/O9siyp53IwZ1QAAAIhe79KYXu/S\n\
    mAAAAAtzc2gtZWQyNTUxOQAAACCL6vozbTKR8G7OpQsuU/mix/ceoKMx/O9siyp53IwZ1Q\n\
    AAAEA/PvEa0eiZiDLX0nIDU494mHpmsyekknfSTY+prbNERIvq+jNtMpHwbs6lCy5T+aLH\n\
    9x6gozH872yLKnncjBnVAAAAAAECAwQF\n\
    -----END OPENSSH PRIVATE KEY-----\n";
pub const OPENSSH_ENCRYPTED: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\n\
    b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABABc8cXoz\n\
    YnbVU/kp+fdc2SAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIGIDJ7H7n3kis0Lg\n\
    +Ki+id5VJEKHui0/BpHRYbU4pc74AAAAkG5hCwDo6ClLR3GkA3SILxkuNXItq8oYpQpk+S\n\
    bblKPmhsROc1AaUBASFTtBbjYczsNIkZjVjb1PPD7dXkXzFNlNb3ytF69jU0Qbg5HIMYRB\n\
    OuMnUh6XLpJr20X9TrobBq0raxMi55vanm7TC18qv3/mYAthQDK/aEMS6jCC5H6hXliVwF\n\
    0lMIV7fAXc1+V+IQ==\n\
    -----END OPENSSH PRIVATE KEY-----\n";
pub const PKCS8: &str = "-----BEGIN PRIVATE KEY-----\n\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglowOSP+lQ75yVG05\n\
    6KQACgdESCTtOFc9ercVQ6qZII6hRANCAATN2j68wV3jiDhDvCUIIlLDJcNFpqu0\n\
    VXSJu77fkOrMT+5FzHSHcM1tBPOjyYFN7qBUsIw8ysZAMWQl/fduZzua\n\
    -----END PRIVATE KEY-----\n";
pub const PKCS8_ENCRYPTED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n\
    MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhBDTkMfCm+PgICCAAw\n\
    DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEKekFLyA2PpK86iRNBVhmOkEgZA5\n\
    tb/XSi1EXvVQcOP/80G5RImb0OdjSUZOkP/pDq+Ey2SoYGQaL4X63xfSkSZWnwm9\n\
    R5zKS0YFZuiubZ04BeBkCTqrhgY9Jqz2vsFWA6oBhLHJ4dKTN5eVr8Cvu/3aIx57\n\
    Lv9l2E/9Szql2PCrfBMy7sj4Us15WCm4Y40/HW40h08mpjuQGvMXamCppziJMFY=\n\
    -----END ENCRYPTED PRIVATE KEY-----\n";
pub const SEC1: &str = "-----BEGIN EC PRIVATE KEY-----\n\
    MHcCAQEEIJaMDkj/pUO+clRtOeikAAoHREgk7ThXPXq3FUOqmSCOoAoGCCqGSM49\n\
    AwEHoUQDQgAEzdo+vMFd44g4Q7wlCCJSwyXDRaartFV0ibu+35DqzE/uRcx0h3DN\n\
    bQTzo8mBTe6gVLCMPMrGQDFkJf33bmc7mg==\n\
    -----END EC PRIVATE KEY-----\n";
pub const PKCS1: &str = "-----BEGIN RSA PRIVATE KEY-----\n\
    MIICXAIBAAKBgQCuT76NACpb+a1emX2c6PgH6TkOPw1J9POF+i4vYuF6ms9lwxsg\n\
    Nz8UkQIcCwR9DEw7AP3nz7LJmp79NqhBAqLTH4cc0Pf6rfRvmX8gkYPM+vu5QZZn\n\
    gKxOqRRa9HUt6IoBMfzF/x4ulCLk7wlPNuIf3+EH849ocPGhwYvApdnt9QIDAQAB\n\
    AoGAIs7bz05MJye5nh1qfw3qkbHZ6eVfYvheNM/bryzAt/n4FmsanJlLqHC4ih8N\n\
    G2d8RYASM9s+6ZFN1GS4vpqnJsswHi+VF8Z2cC0vXI/xDMcATcrAnK4WNJ+1L7I0\n\
    LQkwicuDnV7CiU3HfyCZifSUlPL0AO1tatRWrhGjfn3WkFUCQQDfxN+3ChQ0k6rt\n\
    hUan3xgn01rqZdP6tFBS7pZ1iWdABryusmF4N+Rg3eJWQONFkWHNhROLMYOYszrz\n\
    Ga40c997AkEAx2sz5MuLIZAOIdepsBnxe9WCrz9MK1LNnFtqpIVAAo/slVZ23kM5\n\
    jB8QF6AiRadUlhEnfl3ZiwFhsdX4NGK1TwJAEdK4jve6jEWGw8xtyEk4v1NSVoEt\n\
    1TYvf6uJSGtdUfg3ZyLGKLEq+5wwvvYEJDJkO95xpBCZjrwX4e0Vtw/TqQJBAMM/\n\
    PPHYMALObmfIJcXbwMnEBE3dJZCNY+6gussWA9P+Yl7c50k6fI+qojDfgm68JF9B\n\
    sG9TJ/mngqWBn6B6vJUCQAbIMBurkz5aWWa7RpuuMVWNBdepbdOU6yXTP0J4zytc\n\
    Pm8xjeDZ+GXWv3PU44Ybs66bejSg7G0LtdcC8xNniMY=\n\
    -----END RSA PRIVATE KEY-----\n";
